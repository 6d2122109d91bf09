import { parseArgs } from "node:util";
import type { Scene } from "../eventstore/tour/scene.js";
import type { System } from "../five-systems/tour/system.js";

export const USAGE = `usage: npm run tour -- [options]

Starts servers, makes calls that fail, and compares each error that the client
caught with the error that the server threw.

  --wire       show what came over the wire for each error of the event store
  --all        show everything: each error from the throw to the catch, and each
               system with the table of its errors
  --only NAME  show one error of the event store, by its class or reason, or one
               system by its name; you can repeat this option
  --json       print the errors of the event store as a JSON array
  --help       print this text`;

/** The errors and systems that the tour shows. */
export interface Program {
  readonly scenes: readonly Scene[];
  readonly systems: readonly System[];
}

/** The options of the command line. */
export interface Options extends Program {
  /** How much the tour shows of each error. */
  readonly view: "overview" | "wire" | "all" | "json" | "help";
}

/**
 * Reads the command line. The result holds the errors and systems that it asks for.
 *
 * @throws Error with a text for humans
 */
export function parseOptions(args: readonly string[], program: Program): Options {
  const { help, json, all, wire, only = [] } = valuesOf(args);
  if (help) return { ...program, view: "help" };
  const views = [json && "--json", all && "--all", wire && "--wire"].filter((view) => view !== false);
  if (views.length > 1) throw new Error(`${views.join(" and ")} exclude each other: write one of them`);
  if (all && only.length > 0) throw new Error("--all and --only exclude each other: write one of them");
  const chosen = only.length > 0 ? choose(only, program) : program;
  if (only.length > 0 && chosen.systems.length > 0 && (json || wire)) {
    const [{ name } = { name: "" }] = chosen.systems;
    throw new Error(`${views.join()} is for errors of the event store: write --only ${slugOf(name)} without it`);
  }
  if (json) return { ...chosen, view: "json" };
  if (wire) return { ...chosen, systems: [], view: "wire" };
  return { ...chosen, view: all || only.length > 0 ? "all" : "overview" };
}

function valuesOf(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        wire: { type: "boolean", default: false },
        all: { type: "boolean", default: false },
        only: { type: "string", multiple: true },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
    const [argument] = positionals;
    if (argument !== undefined) throw new Error(`unexpected argument ${argument}: write --only ${argument}`);
    return values;
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const [, option] = /'(-[^' ]*)/.exec(error.message) ?? [];
    if (error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      throw new Error(`unknown option ${option}: write --wire, --all, --only NAME, --json or --help`);
    }
    throw new Error(
      option === "--only" ? "--only needs a name: write --only NAME" : `${error.message}: write it alone`,
    );
  }
}

/** The errors and systems with these names. */
function choose(names: readonly string[], { scenes, systems }: Program): Program {
  for (const name of names) {
    if (scenes.some((scene) => isScene(scene, name)) || systems.some((system) => isSystem(system, name))) continue;
    const known = [
      ...scenes.map(({ error: { definition } }) => `  ${definition.className.padEnd(36)}${definition.reason}`),
      ...systems.map((system) => `  ${slugOf(system.name)}`),
    ];
    throw new Error(`there is no error or system called ${name}: write one of these names\n${known.join("\n")}`);
  }
  return {
    scenes: scenes.filter((scene) => names.some((name) => isScene(scene, name))),
    systems: systems.filter((system) => names.some((name) => isSystem(system, name))),
  };
}

function isScene({ error: { definition } }: Scene, name: string): boolean {
  return [definition.className, definition.reason].some((known) => known.toLowerCase() === name.toLowerCase());
}

function isSystem(system: System, name: string): boolean {
  return slugOf(system.name) === slugOf(name);
}

/** A name in its command-line form: `Event log` becomes `event-log`. */
function slugOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

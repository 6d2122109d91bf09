import { parseArgs } from "node:util";
import type { Scene } from "./scene.js";

export const USAGE = `usage: npm run tour -- [options]

Starts event stores, leads a client into every error that they know, and shows
each error as it was thrown, as it travelled and as it was caught.

  --only NAME  this error only, by its class or its reason; may be given again
  --json       the same as an array in JSON
  --help       this text`;

export interface Flags {
  readonly json: boolean;
  readonly help: boolean;
  /** Tells whether a scene is wanted. */
  readonly wants: (scene: Scene) => boolean;
}

/**
 * Reads the flags of the command line.
 *
 * @throws Error with a text for humans
 */
export function parseFlags(args: readonly string[], scenes: readonly Scene[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", multiple: true },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { only, json, help } = values;
  for (const name of only ?? []) {
    if (scenes.some((scene) => isCalled(scene, name))) continue;
    const names = scenes.map(({ error: { definition } }) => `  ${definition.className.padEnd(36)}${definition.reason}`);
    throw new Error(`there is no error called ${name}; there are:\n${names.join("\n")}`);
  }
  return { json, help, wants: (scene) => !only || only.some((name) => isCalled(scene, name)) };
}

function isCalled({ error: { definition } }: Scene, name: string): boolean {
  return [definition.className, definition.reason].some((known) => known.toLowerCase() === name.toLowerCase());
}

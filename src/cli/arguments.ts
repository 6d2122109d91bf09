import { parseArgs } from "node:util";
import { oneOf } from "../declaration/problems.js";
import { nearestName } from "../platform/options.js";
import { Failure } from "./failure.js";

/** The formats that a catalog is printed in. */
export const FORMATS = ["table", "json", "csv"] as const;

export type Format = (typeof FORMATS)[number];

/** What the user asks for. */
export type Request =
  | { readonly command: "help" }
  | { readonly command: "version" }
  | { readonly command: "catalog"; readonly input: string; readonly format: Format };

const OPTIONS = {
  format: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;

const COMMANDS = ["catalog"];

/**
 * Reads the arguments of the command line.
 *
 * @throws Failure that says what to write instead
 */
export function parseArguments(args: readonly string[]): Request {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    // The checks are our own, since Node's texts do not say what to write instead.
    strict: false,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === "option") checkOption(token);
  if (values.help === true) return { command: "help" };
  if (values.version === true) return { command: "version" };
  const [command, input, ...rest] = positionals;
  if (command === undefined) throw wrong("what is to be done is missing", "write rich-errors catalog PROTO-DIR");
  if (!COMMANDS.includes(command)) {
    const near = nearestName(command, COMMANDS) ?? (input === undefined ? `catalog ${command}` : "catalog");
    throw wrong(`there is no command ${quote(command)}`, `write rich-errors ${near}`);
  }
  if (input === undefined) {
    throw wrong("catalog lacks what it is to read", "write rich-errors catalog with a directory of protos or an image");
  }
  if (rest.length > 0) {
    throw wrong(`catalog reads one directory or image, and ${quote(rest.join(" "))} is more`, "run it once for each");
  }
  return { command: "catalog", input, format: formatOf(values.format) };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function checkOption({ name, rawName, value, inlineValue }: OptionToken): void {
  const names = Object.keys(OPTIONS);
  const option = Object.entries(OPTIONS).find(([known]) => known === name)?.[1];
  if (!option) {
    const near = nearestName(name, names);
    const instead = near === undefined ? `the options are ${oneOf(names.map(dashed))}` : `write ${dashed(near)}`;
    throw wrong(`the option ${rawName} is not known`, instead);
  }
  if (option.type === "string" && (value === undefined || (!inlineValue && value.startsWith("-")))) {
    throw wrong(`${rawName} lacks its value`, `write ${rawName} ${FORMATS.join("|")}`);
  }
  if (option.type === "boolean" && inlineValue) throw wrong(`${rawName} takes no value`, `write ${rawName} alone`);
}

function formatOf(value: unknown): Format {
  if (value === undefined) return "table";
  const format = FORMATS.find((format) => format === value);
  if (format) return format;
  throw wrong(`there is no format ${quote(String(value))}`, `write --format ${oneOf(FORMATS)}`);
}

function wrong(found: string, instead: string): Failure {
  return Failure.usage(`${found}; ${instead} (rich-errors --help tells more)`);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function dashed(name: string): string {
  return `--${name}`;
}

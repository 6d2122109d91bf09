import { type ParseArgsConfig, parseArgs } from "node:util";
import { oneOf } from "../../declaration/problems.js";
import { nearestName } from "../../platform/names.js";
import { type Terminal, widthOf, wrap } from "../output/terminal.js";

/**
 * A command: `catalog` in `rich-errors catalog proto`.
 *
 * The parser, `--help` and the shell completion are all made from this description.
 */
export interface Command {
  readonly name: string;
  /** One sentence for the list of commands. */
  readonly summary: string;
  /** The positional arguments. Optional ones come last. */
  readonly arguments: readonly Argument[];
  /** The options by their long names. Every command has `--help` in addition. */
  readonly options: Readonly<Record<string, Option>>;
  /** Paragraphs at the end of the command's help. */
  readonly notes: readonly string[];
  /**
   * Returns what to print on stdout.
   *
   * @param commands every command of the program
   * @throws Failure
   */
  run(input: CommandInput, terminal: Terminal, commands: readonly Command[]): Promise<CommandOutput>;
}

/** The text that a command prints on stdout, with the exit code. By default, the exit code is 0. */
export type CommandOutput = string | { readonly text: string; readonly exitCode: ExitCode };

export interface Argument {
  readonly name: string;
  /** The description in `--help`. Shell completion shows its first line. */
  readonly help: string;
  /** By default, the argument is required. */
  readonly optional?: true;
  /** Whether the user may write several, as the last arguments. By default, one. */
  readonly repeated?: true;
  /** The allowed values. By default, any value is allowed. */
  readonly choices?: readonly string[];
}

/** An option as `parseArgs` takes it, with what `--help` says about it. */
export type Option = NonNullable<ParseArgsConfig["options"]>[string] &
  Pick<Argument, "help" | "choices"> & {
    /** The name of its value in help. By default, the name of the option. */
    readonly valueName?: string;
    /** Whether the command fails without it. Usage lines name it. */
    readonly required?: true;
  };

/** The arguments and options that the user wrote, checked against the description of the command. */
export interface CommandInput {
  readonly arguments: readonly string[];
  readonly options: ReturnType<typeof parseArgs>["values"];
}

/**
 * The exit code of the process.
 *
 * - 0: success.
 * - 1: the protos do not compile, they declare errors wrongly, or a check found something.
 * - 2: the arguments are wrong, or the input cannot be read.
 */
export type ExitCode = 0 | 1 | 2;

/** The reason why a command prints nothing on stdout. The message goes to stderr. */
export class Failure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }

  /** A failure with exit code 2. */
  static usage(message: string, options?: ErrorOptions): Failure {
    return new Failure(2, `rich-errors: ${message}`, options);
  }
}

/**
 * Parses the arguments of a command. Returns `"help"` if they ask for help.
 *
 * @throws Failure if they do not fit the description of the command
 */
export function parseCommand(command: Command, args: readonly string[]): CommandInput | "help" {
  const { values, positionals } = parse(command, args);
  if (values["help"] === true) return "help";
  const missing = command.arguments[positionals.length];
  if (missing && !missing.optional) throw wrong(command, `missing <${missing.name}>; write ${usageOf(command)}`);
  const extra = positionals[command.arguments.length];
  if (extra !== undefined && !command.arguments.at(-1)?.repeated) {
    throw wrong(command, `unexpected argument ${JSON.stringify(extra)}; write ${usageOf(command)}`);
  }
  for (const [index, { name, choices }] of command.arguments.entries()) {
    checkValue(command, `<${name}>`, positionals[index], choices);
  }
  for (const [name, { choices }] of Object.entries(command.options)) {
    checkValue(command, `--${name}`, values[name], choices);
  }
  return { arguments: positionals, options: values };
}

/** The options of a command, including `--help`. */
export function optionsOf(command: Command): Readonly<Record<string, Option>> {
  return { ...command.options, help: { type: "boolean", short: "h", help: "Prints this help." } };
}

/** The options of `rich-errors` without a command. */
export const PROGRAM_OPTIONS: Readonly<Record<string, Option>> = {
  help: { type: "boolean", short: "h", help: "Prints this help. After a command, prints the help of that command." },
  version: { type: "boolean", help: "Prints the version." },
};

/** The help of one command. */
export function commandHelp(command: Command): string {
  return helpPage({
    usage: usageOf(command),
    summary: command.summary,
    sections: {
      ...(command.arguments.length > 0 ? { Arguments: argumentRows(command.arguments) } : {}),
      Options: optionRows(optionsOf(command)),
    },
    notes: command.notes,
  });
}

function argumentRows(rows: readonly Argument[]): HelpRow[] {
  return rows.map((argument) => [argumentText(argument), argument.help.split("\n")]);
}

/** A label in a page of help, and paragraphs about it. */
type HelpRow = readonly [label: string, paragraphs: readonly string[]];

/** The rows of options in a page of help. */
export function optionRows(options: Readonly<Record<string, Option>>): HelpRow[] {
  return Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    return [short + optionText(name, option), option.help.split("\n")];
  });
}

interface HelpPage {
  readonly usage: string;
  readonly summary: string;
  /** Rows by the titles of their sections. */
  readonly sections: Readonly<Record<string, readonly HelpRow[]>>;
  readonly notes: readonly string[];
}

/** A page of help, 80 columns wide. */
export function helpPage({ usage, summary, sections, notes }: HelpPage): string {
  const column = Math.max(...Object.values(sections).flatMap((rows) => rows.map(([label]) => widthOf(label)))) + 4;
  const blocks = Object.entries(sections).map(([title, rows]) => [
    `${title}:`,
    ...rows.flatMap(([label, paragraphs]) => {
      const lines = paragraphs.flatMap((paragraph, index) => wrap(paragraph, 80 - column, index === 0 ? 0 : 2));
      return lines.map((line, index) => (index === 0 ? `  ${label}` : "").padEnd(column) + line);
    }),
  ]);
  const all = [[`Usage: ${usage}`], wrap(summary, 80), ...blocks, ...notes.map((note) => wrap(note, 80))];
  return all.map((lines) => `${lines.join("\n")}\n`).join("\n");
}

function parse(command: Command, args: readonly string[]) {
  const options = optionsOf(command);
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /^Unknown option '(-*)([^']*)'/.exec(error.message);
    if (!unknown) throw wrong(command, error.message.replaceAll("\n", " "));
    const [, dashes = "", name = ""] = unknown;
    const near = nearestName(name, Object.keys(options));
    const instead = near === undefined ? Object.keys(options) : [near];
    throw wrong(command, `unknown option ${dashes}${name}; write ${oneOf(instead.map((name) => `--${name}`))}`);
  }
}

/** An empty text often comes from a shell variable that is not set. As a path, it would mean the current folder. */
function checkValue(command: Command, name: string, value: unknown, choices?: readonly string[]): void {
  if (!choices && [value].flat().includes("")) throw wrong(command, `${name} is empty; write a value`);
  if (value === undefined || !choices || choices.includes(String(value))) return;
  throw wrong(command, `${name} is ${JSON.stringify(value)}; write ${oneOf(choices)}`);
}

function wrong(command: Command, message: string): Failure {
  return Failure.usage(`${message} (see rich-errors ${command.name} --help)`);
}

function usageOf(command: Command): string {
  const required = Object.entries(command.options).filter(([, option]) => option.required);
  const options = required.map(([name, option]) => optionText(name, option));
  return ["rich-errors", command.name, "[options]", ...command.arguments.map(argumentText), ...options].join(" ");
}

function optionText(name: string, { type, valueName = name }: Option): string {
  return type === "string" ? `--${name} <${valueName}>` : `--${name}`;
}

function argumentText({ name, optional, repeated }: Argument): string {
  const text = repeated ? `${name}...` : name;
  return optional ? `[${text}]` : `<${text}>`;
}

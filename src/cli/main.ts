import { createRequire } from "node:module";
import { oneOf, printable } from "../declaration/problems.js";
import { nearestName } from "../platform/names.js";
import { thrownText } from "../platform/values.js";
import { breaking } from "./commands/breaking.js";
import { catalog } from "./commands/catalog.js";
import { completion } from "./commands/completion.js";
import { coverage } from "./commands/coverage.js";
import { decode } from "./commands/decode.js";
import { docs } from "./commands/docs.js";
import { explain } from "./commands/explain.js";
import { init } from "./commands/init.js";
import { lint } from "./commands/lint.js";
import {
  type Command,
  type CommandOutput,
  commandHelp,
  type ExitCode,
  Failure,
  helpPage,
  optionRows,
  PROGRAM_OPTIONS,
  parseCommand,
} from "./input/command.js";
import type { Terminal } from "./output/terminal.js";

/** Every command. To add one, write a file in `commands/` and name it here. */
const COMMANDS: readonly Command[] = [init, catalog, lint, breaking, docs, decode, explain, coverage, completion];

/** Runs `rich-errors` and returns its exit code. Never throws. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const output = await outputOf(args, terminal);
    const { text, exitCode } = typeof output === "string" ? { text: output, exitCode: 0 as const } : output;
    terminal.stdout.write(text);
    return exitCode;
  } catch (error) {
    const failure = error instanceof Failure ? error : isOfSystem(error) ? Failure.usage(error.message) : bug(error);
    terminal.stderr.write(`${failure.message.split("\n").map(printable).join("\n")}\n`);
    return failure.exitCode;
  }
}

async function outputOf(args: readonly string[], terminal: Terminal): Promise<CommandOutput> {
  const at = args.findIndex((arg) => !arg.startsWith("-"));
  const name = args[at];
  if (name === undefined) return programOutput(args);
  const command = COMMANDS.find((command) => command.name === name);
  if (!command) throw unknownCommand(name);
  const input = parseCommand(
    command,
    args.filter((_, index) => index !== at),
  );
  return input === "help" ? commandHelp(command) : command.run(input, terminal, COMMANDS);
}

/** The output of `rich-errors` without a command. */
function programOutput(args: readonly string[]): string {
  switch (args[0]) {
    case "--help":
    case "-h":
      return programHelp();
    case "--version":
      return `${packageVersion()}\n`;
    case undefined:
      throw Failure.usage("missing command; write rich-errors catalog <input>, or rich-errors --help");
    default:
      throw Failure.usage(`unknown option ${args[0]}; write --help, --version or a command`);
  }
}

function unknownCommand(name: string): Failure {
  const names = COMMANDS.map(({ name }) => name);
  const near = nearestName(name, names) ?? oneOf(names);
  return Failure.usage(`unknown command ${JSON.stringify(name)}; write rich-errors ${near} (see rich-errors --help)`);
}

function programHelp(): string {
  return helpPage({
    usage: "rich-errors <command> [options]",
    summary: "Works with the gRPC errors that your protos declare.",
    sections: {
      Commands: COMMANDS.map(({ name, summary }) => [name, [summary]]),
      Options: optionRows(PROGRAM_OPTIONS),
      "Exit codes": [
        ["0", ["Success."]],
        [
          "1",
          [
            "The protos do not compile, they declare errors wrongly, or a check found something: each place is listed. " +
              "Or nothing was found to decode or explain.",
          ],
        ],
        ["2", ["The arguments are wrong, or the input cannot be read."]],
      ],
    },
    notes: [],
  });
}

function packageVersion(): string {
  const manifest: { readonly version: string } = createRequire(import.meta.url)("grpc-rich-errors/package.json");
  return manifest.version;
}

/** Checks whether the operating system refused something: a folder that cannot be written, a name that is too long. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

function bug(error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : thrownText(error);
  return Failure.usage(`this is a bug in rich-errors: ${text}`, { cause: error });
}

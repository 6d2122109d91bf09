import { printable } from "../declaration/problems.js";
import { thrownText } from "../platform/values.js";
import { parseArguments } from "./arguments.js";
import { catalogText } from "./catalog-text.js";
import { type ExitCode, Failure } from "./failure.js";
import { HELP } from "./help.js";
import { packageVersion } from "./package-folder.js";
import type { Terminal } from "./terminal.js";

/** Runs the command line `rich-errors`. Answers what the process ends with, and never throws. */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    terminal.stdout.write(await outputOf(args, terminal));
    return 0;
  } catch (error) {
    const failure = error instanceof Failure ? error : bug(error);
    terminal.stderr.write(`${failure.message.split("\n").map(printable).join("\n")}\n`);
    return failure.exitCode;
  }
}

async function outputOf(args: readonly string[], terminal: Terminal): Promise<string> {
  const request = parseArguments(args);
  switch (request.command) {
    case "help":
      return HELP;
    case "version":
      return `${packageVersion()}\n`;
    case "catalog":
      return catalogText(request, terminal);
  }
}

function bug(error: unknown): Failure {
  const text = error instanceof Error ? (error.stack ?? error.message) : thrownText(error);
  return Failure.usage(`this is a bug of rich-errors: ${text}`, { cause: error });
}

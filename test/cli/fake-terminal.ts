import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { main } from "../../src/cli/main.js";
import type { Terminal } from "../../src/cli/terminal.js";
import { ROOT } from "../plugin/compile.js";

/** What a test says of a terminal; by default, nothing is typed in and the output is no screen. */
export interface TerminalOptions {
  readonly stdin?: Uint8Array | string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Makes the output a screen with colours. */
  readonly columns?: number;
}

/** A terminal, and what was written to it so far. */
export interface FakeTerminal extends Terminal {
  readonly stdout: PassThrough & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: PassThrough;
}

export function fakeTerminal({
  stdin = "",
  cwd = ROOT,
  env = process.env,
  columns,
}: TerminalOptions = {}): FakeTerminal {
  const screen = columns === undefined ? {} : { isTTY: true, columns, hasColors: () => true };
  return {
    stdin: Readable.from([stdin]),
    stdout: Object.assign(new PassThrough(), screen),
    stderr: new PassThrough(),
    env,
    cwd: () => cwd,
  };
}

/** What became of a run of the command line. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process. */
export async function run(args: readonly string[], options?: TerminalOptions): Promise<Ended> {
  const terminal = fakeTerminal(options);
  const ended = main(args, terminal).finally(() => {
    terminal.stdout.end();
    terminal.stderr.end();
  });
  const [code, out, err] = await Promise.all([ended, text(terminal.stdout), text(terminal.stderr)]);
  return { code, out, err };
}

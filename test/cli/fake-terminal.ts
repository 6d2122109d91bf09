import { dirname } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { findBuf } from "../../src/cli/input/buf.js";
import { main } from "../../src/cli/main.js";
import type { Terminal } from "../../src/cli/output/terminal.js";
import { ROOT } from "../plugin/compile.js";

/**
 * The environment of a user's shell with buf on PATH. The command in `node_modules/.bin` starts a Node of its own, which takes
 * longer than buf itself.
 */
export const ENV = { ...process.env, PATH: `${dirname(findBuf(ROOT) ?? "")}:${process.env["PATH"]}` };

/** A terminal in a test. By default, stdin is empty and stdout is not a screen. */
export interface TerminalOptions {
  readonly stdin?: Uint8Array | string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Makes the output a screen with colors. */
  readonly columns?: number;
}

/** A terminal whose output a test can read. */
export interface FakeTerminal extends Terminal {
  readonly stdout: PassThrough & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: PassThrough;
}

export function fakeTerminal({ stdin = "", cwd = ROOT, env = ENV, columns }: TerminalOptions = {}): FakeTerminal {
  const screen = columns === undefined ? {} : { isTTY: true, columns, hasColors: () => true };
  return {
    stdin: Readable.from([stdin]),
    stdout: Object.assign(new PassThrough(), screen),
    stderr: new PassThrough(),
    env,
    cwd: () => cwd,
  };
}

/** The result of a run of the command line. */
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

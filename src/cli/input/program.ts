import { spawn } from "node:child_process";
import { buffer, text } from "node:stream/consumers";

/** The output of a program that has ended. */
export interface ProgramRun {
  readonly succeeded: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** How to run a program. */
export interface ProgramOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The text on its stdin. By default, none. */
  readonly stdin?: string;
}

/**
 * Runs a program until it ends, or until this process ends.
 *
 * @throws Error if it does not start
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { folder, env, stdin = "" }: ProgramOptions,
): Promise<ProgramRun> {
  const child = spawn(command, args, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
  const stop = () => child.kill();
  process.once("exit", stop);
  child.once("close", () => process.off("exit", stop));
  const closed = new Promise<boolean>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code === 0));
  });
  // A program may end without reading its input.
  child.stdin.once("error", () => {});
  child.stdin.end(stdin);
  const [succeeded, stdout, stderr] = await Promise.all([closed, buffer(child.stdout), text(child.stderr)]);
  return { succeeded, stdout, stderr };
}

import { spawn } from "node:child_process";
import { constants } from "node:os";
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
  const stop = new AbortController();
  // Before the program starts, so that no signal leaves it behind.
  const cancel = onExit(() => stop.abort());
  try {
    const child = spawn(command, args, { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"], signal: stop.signal });
    const closed = new Promise<boolean>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code === 0));
    });
    // A program may end without reading its input.
    child.stdin.once("error", () => {});
    child.stdin.end(stdin);
    const [succeeded, stdout, stderr] = await Promise.all([closed, buffer(child.stdout), text(child.stderr)]);
    return { succeeded, stdout, stderr };
  } finally {
    cancel();
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const cleanups = new Set<() => void>();

/**
 * Calls a function when this process ends, also if a signal ends it. Returns a function that cancels this.
 *
 * Signals have listeners only while there is something to clean up: a process that is busy never calls a listener, so that
 * Ctrl+C would not stop it.
 */
export function onExit(cleanUp: () => void): () => void {
  if (cleanups.size === 0) for (const signal of SIGNALS) process.on(signal, exitBySignal);
  cleanups.add(cleanUp);
  process.on("exit", cleanUp);
  return () => {
    process.off("exit", cleanUp);
    if (cleanups.delete(cleanUp) && cleanups.size === 0) {
      for (const signal of SIGNALS) process.off(signal, exitBySignal);
    }
  };
}

function exitBySignal(signal: (typeof SIGNALS)[number]): never {
  process.exit(128 + constants.signals[signal]);
}

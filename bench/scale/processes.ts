import { fork } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

/** Another process of the benchmark, which answers questions. */
export interface Worker {
  /** Asks the process, and returns its answer. Ask one question at a time. */
  ask<T>(question: string, argument?: unknown): Promise<T>;
  /** Ends the process. */
  close(): void;
}

/** What a question can be, and who answers it. */
export type Answers = Readonly<Record<string, (argument: never) => unknown>>;

/** The memory and the errors of a process. */
export interface Health {
  /** The heap and the buffers in bytes, after a garbage collection. */
  readonly heap: number;
  /** The resident memory in bytes. */
  readonly rss: number;
  /** The number of uncaught exceptions and unhandled rejections. */
  readonly uncaught: number;
}

/** The compiled module of this folder with the given name. */
export function compiled(name: string): string {
  return fileURLToPath(new URL(`${name}.js`, import.meta.url));
}

/**
 * Starts a process that calls {@link answer}.
 *
 * @param script the compiled module
 */
export async function startWorker(script: string, args: readonly string[] = []): Promise<Worker> {
  const child = fork(script, args, { execArgv: ["--expose-gc"] });
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`${script} exited with ${code}`);
  });
  died.catch(() => {});
  const next = async () => (await Promise.race([once(child, "message"), died]))[0];
  await next();
  return {
    ask: async <T>(question: string, argument?: unknown) => {
      child.send({ question, argument });
      return (await next()) as T;
    },
    close: () => void (child.connected && child.disconnect()),
  };
}

/** Returns the heap of several processes together, in bytes. */
export async function heapOf(workers: readonly Worker[]): Promise<number> {
  const all = await Promise.all(workers.map((worker) => worker.ask<Health>("health")));
  return all.reduce((sum, { heap }) => sum + heap, 0);
}

/** Answers the questions of the process that started this one, until that one lets go of it. */
export function answer(answers: Answers): void {
  process.on("message", async ({ question, argument }: { question: string; argument: never }) => {
    process.send?.((await answers[question]?.(argument)) ?? null);
  });
  process.on("disconnect", () => process.exit());
  process.send?.("ready");
}

/** Counts the uncaught errors of this process from now on. Returns its health. */
export function watchHealth(): () => Promise<Health> {
  let uncaught = 0;
  const note = () => uncaught++;
  process.on("unhandledRejection", note).on("uncaughtException", note);
  return async () => ({ ...(await memory()), uncaught });
}

/** Counts the connections to the servers of this process from now on. Returns their number so far. */
export function countConnections(): () => number {
  let count = 0;
  subscribe("net.server.socket", () => count++);
  return () => count;
}

/** Measures this process after a garbage collection. */
export async function memory(): Promise<Omit<Health, "uncaught">> {
  let least = Number.POSITIVE_INFINITY;
  // V8 frees buffers in the background, some time after the collection that finds them.
  for (let time = 0; time < COLLECTIONS; time++) {
    globalThis.gc?.();
    await setTimeout(10);
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return { heap: least, rss: process.memoryUsage().rss };
}

const COLLECTIONS = 3;

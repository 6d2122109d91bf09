import { bareCalls } from "./bare-calls.js";
import { type CallResults, type FailingCalls, failCalls, richCalls } from "./failing-calls.js";
import { compiled, type Health, startWorker } from "./processes.js";

/** A server whose calls all fail, in its own process, and its client in this one. */
export interface FailingPair {
  readonly port: number;
  /** Makes calls with new numbers until `isEnough`. */
  fail(isEnough: (made: number) => boolean): Promise<CallResults>;
  health(): Promise<Health>;
  /** Returns the processor time of the server so far, in microseconds. */
  cpu(): Promise<number>;
  close(): void;
}

/**
 * Starts a server of this package.
 *
 * @param script the compiled server
 * @param args `leak` for a server that keeps all of its errors
 */
export function startRich(args: readonly "leak"[] = [], script = compiled("failing-server")): Promise<FailingPair> {
  return startPair(script, args, richCalls);
}

/** Starts a plain grpc-js server. */
export function startBare(): Promise<FailingPair> {
  return startPair(compiled("bare-server"), [], bareCalls);
}

async function startPair(
  script: string,
  args: readonly string[],
  connect: (port: number) => FailingCalls,
): Promise<FailingPair> {
  const server = await startWorker(script, args);
  const port = await server.ask<number>("port");
  const calls = connect(port);
  let made = 0;
  return {
    port,
    fail: async (isEnough) => {
      const from = made;
      const results = await failCalls(calls, from, (number) => isEnough(number - from));
      made += results.durations.length;
      return results;
    },
    health: () => server.ask<Health>("health"),
    cpu: () => server.ask<number>("cpu"),
    close: () => {
      calls.close();
      server.close();
    },
  };
}

import type { Client } from "./clients/client.js";
import type { Workload } from "./rounds.js";
import type { RunningHere } from "./running.js";
import type { Scenario } from "./scenario.js";

const CONCURRENT_CALLS = 32;

export function succeeding(of: RunningHere): Workload {
  return { name: of.name, of, slow: of.slow, run: (times) => concurrently(times, () => of.client.succeed()) };
}

/** Calls that all fail with the same error. */
export function failingAlike(of: RunningHere): Workload {
  return { name: of.name, of, slow: of.slow, run: (times) => concurrently(times, () => of.client.fail("fail", 0)) };
}

/** Calls that each fail with a different message and detail of the same length. */
export function failingUnlike(of: RunningHere): Workload {
  let number = 100_000;
  return {
    name: of.name,
    of,
    slow: of.slow,
    run: (times) => concurrently(times, () => of.client.fail("fail-unlike", number++)),
  };
}

/** Messages of one server stream. */
export function streaming(of: RunningHere, scenario: Scenario = "generate", name = of.name): Workload {
  const run = async (times: number) => {
    const count = await of.client.receive(scenario, times);
    if (count !== times) throw new Error(`${count} of ${times} messages arrived from ${name}`);
  };
  return { name, of, run };
}

/** Calls of one kind: unary calls that succeed or fail, or server streams. */
export interface Order {
  readonly work: Work;
  readonly times: number;
}

export type Work = "unary" | "stream" | "fail";

/** The messages of each stream. */
export const MESSAGES = 10;

const WORK: Readonly<Record<Work, (client: Client) => Promise<unknown>>> = {
  unary: (client) => client.succeed(),
  stream: (client) => client.receive("write", MESSAGES),
  fail: (client) => client.fail("fail", 0),
};

/** Makes the calls of an order. */
export function makeCalls(client: Client, { work, times }: Order): Promise<void> {
  return concurrently(times, () => WORK[work](client));
}

async function concurrently(times: number, call: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, worker));
}

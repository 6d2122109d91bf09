import type { Workload } from "./rounds.js";
import type { Running } from "./running.js";
import type { Scenario } from "./scenario.js";

const CONCURRENT_CALLS = 32;

export function succeeding(of: Running): Workload {
  return { name: of.name, of, slow: of.slow, run: (times) => concurrently(times, () => of.client.succeed()) };
}

/** Calls that all fail with the same error. */
export function failingAlike(of: Running): Workload {
  return { name: of.name, of, slow: of.slow, run: (times) => concurrently(times, () => of.client.fail("fail", 0)) };
}

/** Calls that each fail with a different message and detail of the same length. */
export function failingUnlike(of: Running): Workload {
  let number = 100_000;
  return {
    name: of.name,
    of,
    slow: of.slow,
    run: (times) => concurrently(times, () => of.client.fail("fail-unlike", number++)),
  };
}

/** Server streams of a few messages each. */
export function receiving(of: Running, messages: number): Workload {
  return {
    name: of.name,
    of,
    slow: of.slow,
    run: (times) => concurrently(times, () => of.client.receive("generate", messages)),
  };
}

/** Messages of one server stream. */
export function streaming(of: Running, scenario: Scenario = "generate", name = of.name): Workload {
  const run = async (times: number) => {
    const count = await of.client.receive(scenario, times);
    if (count !== times) throw new Error(`${count} of ${times} messages arrived from ${name}`);
  };
  return { name, of, run };
}

async function concurrently(times: number, call: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: CONCURRENT_CALLS }, worker));
}

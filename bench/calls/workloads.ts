import type { Turn } from "./rounds.js";
import type { Running } from "./running.js";
import type { Scenario } from "./scenario.js";

/** How many calls a client has under way. */
const AT_ONCE = 32;

export function succeeding(of: Running): Turn {
  return { name: of.name, of, seldom: of.slow, run: (times) => atOnce(times, () => of.client.succeed()) };
}

/** All calls fail with the same error. */
export function failingAlike(of: Running): Turn {
  return { name: of.name, of, seldom: of.slow, run: (times) => atOnce(times, () => of.client.fail("fail", 0)) };
}

/** No two calls fail with the same error: their messages and details are different, as long as each other. */
export function failingUnlike(of: Running): Turn {
  let number = 100_000;
  return {
    name: of.name,
    of,
    seldom: of.slow,
    run: (times) => atOnce(times, () => of.client.fail("fail-unlike", number++)),
  };
}

/** Each of the times is a message, all of them on one stream. */
export function streaming(of: Running, scenario: Scenario = "generate", name = of.name): Turn {
  const run = async (times: number) => {
    const count = await of.client.receive(scenario, times);
    if (count !== times) throw new Error(`${count} of ${times} messages came from ${name}`);
  };
  return { name, of, run };
}

async function atOnce(times: number, call: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

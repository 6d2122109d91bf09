import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type FailingPair, startRich } from "../../bench/scale/failing-pair.js";
import { readSlowly } from "../../bench/scale/slow-reader.js";
import { relativeTrend } from "../../bench/scale/trend.js";
import { ROOT } from "../package/project.js";

// `npm run scale` does the same for ten minutes, and for a million calls and messages.

const CALLS = 1_000;
const MESSAGES = 50_000;
const MEGABYTE = 2 ** 20;

async function start(args: readonly "leak"[] = []): Promise<FailingPair> {
  const server = await startRich(args, join(ROOT, "build/bench/scale/failing-server.js"));
  onTestFinished(() => server.close());
  return server;
}

/** Makes calls, and returns the heap of the server after each round. */
async function failAll(server: FailingPair): Promise<number[]> {
  const heaps: number[] = [];
  for (let round = 0; round < 3; round++) {
    const results = await server.fail((made) => made >= CALLS);
    expect(results).toMatchObject({ right: CALLS, wrong: 0, hanging: 0 });
    const { heap, uncaught } = await server.health();
    expect(uncaught).toBe(0);
    heaps.push(heap);
  }
  return heaps;
}

it("a server that fails all the time, also with junk, ends every call and needs no more memory", async () => {
  const heaps = await failAll(await start());
  // If each call left a kilobyte behind, it would be more.
  expect(Math.max(...heaps.slice(1)) - (heaps[0] ?? 0)).toBeLessThan(2 * MEGABYTE);
});

it("a server that keeps its errors is found to grow", async () => {
  expect(relativeTrend(await failAll(await start(["leak"])), 0.05).verdict).toBe("grows");
}, 60_000);

it("a server that is faster than its client needs no more memory for more messages", async () => {
  const heaps = await readSlowly(await start(), MESSAGES, 5);
  expect(heaps).toHaveLength(5);
  // One to two megabytes of messages are on their way. If each message stayed, it would be ten.
  expect(Math.max(...heaps) - Math.min(...heaps)).toBeLessThan(3 * MEGABYTE);
});

import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { failCalls, readSlowly, type Soak, startSoak } from "../../bench/soak-load.js";
import { ROOT } from "../package/project.js";

// `npm run soak` does the same for a million calls and messages.

const CALLS = 1_000;
const MESSAGES = 20_000;
const MEGABYTE = 2 ** 20;

async function start(): Promise<Soak> {
  const soak = await startSoak(join(ROOT, "build/bench/soak-server.js"));
  onTestFinished(() => soak.close());
  return soak;
}

it("a server that fails all the time, also with junk, ends every call and needs no more memory", async () => {
  const soak = await start();
  const heaps: number[] = [];
  for (let round = 0; round < 3; round++) {
    const outcome = await failCalls(soak, round * CALLS, (round + 1) * CALLS);
    expect(outcome).toMatchObject({ right: CALLS, wrong: 0, hanging: 0 });
    const { heap, uncaught } = await soak.health();
    expect(uncaught).toBe(0);
    heaps.push(heap);
  }
  // If each call left a kilobyte behind, it would be more.
  expect(Math.max(...heaps.slice(1)) - (heaps[0] ?? 0)).toBeLessThan(2 * MEGABYTE);
}, 60_000);

it("a server that is faster than its client needs no more memory for more messages", async () => {
  const heaps = await readSlowly(await start(), MESSAGES, 5);
  expect(heaps).toHaveLength(5);
  expect(Math.max(...heaps) - Math.min(...heaps)).toBeLessThan(MEGABYTE);
}, 60_000);

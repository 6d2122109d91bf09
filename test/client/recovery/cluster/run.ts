import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clusterClient, type End, type LogClient, NAIVE, naiveClient, type Write } from "./clients.js";
import { Controller, EVENTS } from "./controller.js";
import type { Entry } from "./ledger.js";

// Writes to three servers of which one leads, while the leadership moves and servers are killed, and compares what the
// callers were told with what the servers have stored. Then runs clients that are written by hand through the same events:
// fails if the package's client loses or doubles a write, or if one of the others does not.

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    calls: { type: "string" },
  },
});
const CALLS = Number(values.calls ?? (values.smoke ? 600 : 10_000));
const AT_ONCE = 64;
const EVENT_COUNT = values.smoke ? 4 : 40;
const AGGREGATES = 1_000;

/** Returns a generator of random numbers from 0 to 1 (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Violations {
  readonly doubled: number;
  readonly lost: number;
  readonly falselyNotApplied: number;
  readonly differing: number;
}

/** Runs one client through all events. */
async function run(make: (seeds: readonly string[]) => LogClient): Promise<Violations> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  const controller = new Controller(folder);
  await controller.start();
  const client = make(controller.addresses);
  const ends = new Map<number, End>();
  const random = randomFrom(Number(values.seed));
  const writes: Write[] = Array.from({ length: CALLS }, (_, number) => ({
    number,
    writer: number % AT_ONCE,
    sequence: Math.floor(number / AT_ONCE),
    aggregate: `aggregate-${Math.floor(random() * AGGREGATES)}`,
    guarded: random() < 0.5,
  }));
  const happened = new Map<string, number>();
  // All events happen under load: the writes that come after an event wait until the one before it is over.
  const dueAt = (index: number) => Math.floor(((index + 0.5) * (CALLS - AT_ONCE)) / EVENT_COUNT);
  let over = 0;
  let begun = 0;
  const poll = () => new Promise((resolve) => setTimeout(resolve, 2));
  const events = (async () => {
    for (let index = 0; index < EVENT_COUNT; index++) {
      const event = EVENTS[index < EVENTS.length ? index : Math.floor(random() * EVENTS.length)] ?? EVENTS[0];
      while (ends.size < dueAt(index)) await poll();
      await controller.run(event, random);
      over++;
      happened.set(event, (happened.get(event) ?? 0) + 1);
    }
  })();
  await Promise.all([
    events,
    ...Array.from({ length: AT_ONCE }, async (_, writer) => {
      for (const write of writes.filter((each) => each.writer === writer)) {
        while (begun >= dueAt(over + 1) && over < EVENT_COUNT) await poll();
        begun++;
        ends.set(write.number, await client.write(write));
      }
    }),
  ]);
  client.close();
  const ledgers = await controller.stop();
  rmSync(folder, { recursive: true });
  const violations = violationsIn(ends, ledgers);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const succeeded = [...ends.values()].filter(({ success }) => success).length;
  const failures = new Map<string, number>();
  for (const { failure } of ends.values()) if (failure) failures.set(failure, (failures.get(failure) ?? 0) + 1);
  console.log(`${client.name}, ${CALLS} writes, ${AT_ONCE} at once, seed ${values.seed} (${seconds} s)`);
  console.log(`  ${[...happened].map(([event, count]) => `${event}: ${count}`).join("; ")}`);
  console.log(
    `  ${ends.size} ended, ${succeeded} with success${list(failures, ": ")}; ${list(Object.entries(client.counts))}`,
  );
  console.log(
    `  ${ledgers[0]?.length} stored; ${violations.doubled} doubled, ${violations.lost} acknowledged and gone, ` +
      `${violations.falselyNotApplied} falsely not applied, ${violations.differing} ledgers differ`,
  );
  if (ends.size !== CALLS) throw new Error(`only ${ends.size} of ${CALLS} calls ended`);
  return violations;
}

function list(counts: Iterable<readonly [string, number]>, before = ""): string {
  const texts = [...counts].map(([name, count]) => `${count} ${name}`);
  return texts.length > 0 ? before + texts.join(", ") : "";
}

function violationsIn(ends: ReadonlyMap<number, End>, ledgers: readonly (readonly Entry[])[]): Violations {
  const [ledger = [], ...others] = ledgers;
  const times = new Map<string, number>();
  for (const { eventId } of ledger) times.set(eventId, (times.get(eventId) ?? 0) + 1);
  const stored = (number: number) => times.get(`event-${number}`) ?? 0;
  const text = JSON.stringify(ledger);
  return {
    doubled: [...times.values()].filter((count) => count > 1).length,
    lost: [...ends].filter(([number, { success }]) => success && stored(number) === 0).length,
    falselyNotApplied: [...ends].filter(
      ([number, { success, mayBeApplied }]) => !success && !mayBeApplied && stored(number) > 0,
    ).length,
    differing: others.filter((other) => JSON.stringify(other) !== text).length,
  };
}

const found = await run(clusterClient);
let wrong = Object.values(found).some((count) => count > 0) ? 1 : 0;
for (const rules of NAIVE) {
  const { doubled, lost } = await run((seeds) => naiveClient(seeds, rules));
  if (doubled + lost === 0) wrong++;
}
console.log(wrong === 0 ? "\nThe cluster client loses and doubles nothing." : `\n${wrong} results are wrong.`);
process.exit(wrong === 0 ? 0 : 1);

import { parseArgs } from "node:util";
import fc from "fast-check";
import { Calls, everyCallEndsRight } from "../calls/property.js";

// Runs random sequences of everything that a handler and a client can do to a call, over real sockets: each call must
// end once, with its first failure, and must not harm the process or the connection, or leak a secret.

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
const runs = Number(values.runs ?? 100_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const BATCH = 1000;

console.log(`seed ${seed}, ${runs} sequences`);
const calls = await Calls.open();
const began = performance.now();
try {
  for (let done = 0; done < runs; done += BATCH) {
    const numRuns = Math.min(BATCH, runs - done);
    await fc.assert(everyCallEndsRight(calls, 16), { numRuns, seed: seed + done, endOnFailure: true });
    if ((done + numRuns) % 10_000 === 0) console.log(`${done + numRuns} sequences, no violation`);
  }
} catch (violation) {
  // The property listens for uncaught errors itself.
  console.error(violation);
  process.exit(1);
}
console.log(`\n${runs} sequences in ${((performance.now() - began) / 1000).toFixed(0)} s, no violation`);
process.exit(0);

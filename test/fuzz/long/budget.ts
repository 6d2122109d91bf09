import { parseArgs } from "node:util";
import fc from "fast-check";
import { checkBudget } from "../budget-check.js";
import { largeFailure } from "../large-failures.js";

// Packs a million failures of any size: no header block may exceed its budget, counted as HPACK counts it.

const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
const runs = Number(values.runs ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);

let blocks = 0;
let cut = 0;
let fullest = { size: 0, budget: 1 };
let largest = fullest;
let done = 0;

console.log(`seed ${seed}, ${runs} failures`);
const began = performance.now();
fc.assert(
  fc.property(largeFailure, (failure) => {
    for (const measured of checkBudget(failure)) {
      blocks++;
      // An error that was not cut rarely comes this close to the limit.
      if (measured.budget - measured.size < 64) cut++;
      if (measured.size / measured.budget > fullest.size / fullest.budget) fullest = measured;
      if (measured.size > largest.size) largest = measured;
    }
    if (++done % 100_000 === 0) console.log(`${done} failures after ${seconds()} s`);
  }),
  { seed, numRuns: runs },
);
console.log(`\n${runs} failures with ${blocks} header blocks in ${seconds()} s, none above its budget`);
console.log(`within 64 bytes of the budget: ${cut}`);
console.log(`fullest: ${fullest.size} of ${fullest.budget} bytes; largest: ${largest.size} of ${largest.budget}`);

function seconds(): string {
  return ((performance.now() - began) / 1000).toFixed(0);
}

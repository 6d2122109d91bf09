import { failCalls, readSlowly, startSoak } from "./soak-load.js";

// Makes a million calls that fail, then streams a million messages to a slow client. Prints the heap of the server.

const [calls = 1_000_000, messages = 1_000_000] = process.argv.slice(2).map(Number);
const ROUNDS = 10;
const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(1);

const soak = await startSoak();
console.log(`${calls} failing calls, half of them with junk, 64 at a time\n`);
console.log("| calls | right | wrong | hanging | uncaught | heap after GC, MB | p50, ms | p99, ms | max, ms |");
console.log("|---|---|---|---|---|---|---|---|---|");
const began = performance.now();
for (let round = 0; round < ROUNDS; round++) {
  const from = Math.floor((calls * round) / ROUNDS);
  const to = Math.floor((calls * (round + 1)) / ROUNDS);
  const { right, wrong, hanging, durations } = await failCalls(soak, from, to);
  const { heap, uncaught } = await soak.health();
  const at = (part: number) => (durations[Math.ceil(durations.length * part) - 1] ?? Number.NaN).toFixed(1);
  console.log(`| ${to} | ${[right, wrong, hanging, uncaught, mb(heap), at(0.5), at(0.99), at(1)].join(" | ")} |`);
}
const seconds = (performance.now() - began) / 1000;
console.log(`\n${seconds.toFixed(0)} s, ${Math.round(calls / seconds)} calls/s`);

console.log(`\n${messages} messages to a client that reads slowly: heap of the server after GC, MB\n`);
console.log((await readSlowly(soak, messages, ROUNDS)).map(mb).join(", "));
soak.close();

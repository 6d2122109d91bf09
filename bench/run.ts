import { callContenders } from "./calls.js";
import { catalogSizes, sizesTable } from "./catalog-size.js";
import { latencies } from "./latency.js";
import { packing, unpacking } from "./packing.js";
import { type Contender, compare } from "./pairs.js";

const smoke = process.argv.includes("--smoke");
const rounds = smoke ? 2 : 31;

await table("Packing one error with its detail", packing, smoke ? 100 : 20_000);
await table("Unpacking it", unpacking, smoke ? 100 : 20_000);
const calls = await callContenders();
await table("A unary call that succeeds, client and server together", calls.succeeding, smoke ? 100 : 1_000);
await table("A unary call that fails, client and server together", calls.failing, smoke ? 100 : 1_000);
calls.close();

console.log("\nUntil the client has the status of a failed call\n\n| | ms |\n|---|---|");
for (const { way, ms } of await latencies(smoke ? 5 : 500)) console.log(`| ${way} | ${ms.toFixed(2)} |`);

const counts = smoke ? [10, 100] : [10, 100, 1_000, 10_000];
if (process.argv.includes("--large")) counts.push(100_000);
console.log(`\nA catalog of so many errors\n\n${sizesTable(await catalogSizes(counts, smoke ? 1 : 9))}`);

async function table(title: string, contenders: readonly Contender[], times: number): Promise<void> {
  console.log(`\n${title}: ${rounds} rounds of ${times}\n\n| | µs of processor time | ratio |\n|---|---|---|`);
  for (const { name, micros, ratio } of await compare(contenders, rounds, times)) {
    console.log(`| ${name} | ${micros.toFixed(2)} | ${ratio.toFixed(2)} |`);
  }
}

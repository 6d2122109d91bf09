import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type CutCall, cutEverywhere } from "./cut-calls.js";
import { startPackageServer, startPlainServer } from "./ledger-servers.js";
import { type Claim, claimsOf, matrix, naiveClaimsOf, unlistedIn } from "./matrix.js";

// Cuts the connection of a call before, within and after every frame, in both directions, and holds what the client
// says against the ledger of the server. Fails if the client says once that a request was not applied, and it was.
// `--write` writes the tables of `docs/outcomes.md`; otherwise they are compared.

const { values } = parseArgs({
  options: {
    smoke: { type: "boolean", default: false },
    seeds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const PAGE = "docs/outcomes.md";
const SEEDS = values.smoke ? 1 : Number(values.seeds);
const FIRST = Number(values.seed);

const began = performance.now();
const servers = await Promise.all([startPackageServer(), startPlainServer()]);
const calls: CutCall[] = [];
for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
  calls.push(...(await cutEverywhere(servers, seed)));
  console.log(`seed ${seed}: ${calls.length} calls after ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
// A server may apply a request after its client has heard of the cut.
await wait(1000);

const tables = matrix(calls);
console.log(`\n${tables}\n`);
let wrong = 0;
for (const server of servers) {
  const own = calls.filter((call) => call.server === server);
  console.log(`${server.name}: ${own.length} calls, ${server.ledger.size} requests applied`);
  for (const claim of claimsOf(own)) {
    wrong += claim.wrong.length;
    print(claim);
    for (const { id, frame, message } of claim.wrong) console.log(`    ${id}, cut at ${frame}: ${message}`);
  }
}
console.log("\nWhat simpler clients believe:");
for (const claim of naiveClaimsOf(calls)) {
  if (claim.wrong.length === 0) wrong++;
  print(claim);
}
if (values.write) {
  const page = readFileSync(PAGE, "utf8");
  const part = /(<!-- cuts -->\n)[\s\S]*?(<!-- \/cuts -->)/;
  writeFileSync(
    PAGE,
    page.replace(part, (_, start: string, end: string) => `${start}\n${tables}\n\n${end}`),
  );
}
const unlisted = unlistedIn(readFileSync(PAGE, "utf8"), tables);
wrong += unlisted.length;
for (const cell of unlisted) console.log(`${PAGE} does not list ${cell}; run npm run recovery:outcome -- --write`);
console.log(wrong === 0 ? "\nNo client was wrong about an outcome." : `\n${wrong} results are wrong.`);
process.exit(wrong === 0 ? 0 : 1);

function print({ name, made, wrong: calls }: Claim): void {
  console.log(`  ${name}: ${made} calls, ${calls.length} false`);
}

import { parseArgs } from "node:util";
import { NAIVE, RULES, type Rules } from "./rules.js";
import { type Found, search, VIOLATIONS } from "./search.js";

// Runs the state machine of recovery against a model of an event log, in every order of events up to a depth, and then
// the rules that clients write by hand. Fails if the state machine loses or doubles a write, or if a naive rule does not.

const { values } = parseArgs({ options: { smoke: { type: "boolean", default: false } } });
const SENDS = values.smoke ? 2 : 3;
const FAILOVERS = 1;
const WRITERS = [
  { name: "one client id", ids: ["a", "a"] },
  { name: "own client ids", ids: ["a", "b"] },
];

function run(rules: Rules, sends: number): readonly Found[] {
  return WRITERS.map(({ name, ids }) => {
    const began = performance.now();
    const found = search({ rules, ids, sends, failovers: FAILOVERS });
    const counts = VIOLATIONS.map((violation) => `${found.violations[violation]} ${violation}`).join(", ");
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `${rules.name}; two writers with ${name}: ${found.states} states, ${found.ends} ends: ${counts} (${seconds} s)`,
    );
    return found;
  });
}

let wrong = 0;
console.log(`The state machine, with at most ${SENDS} sends of each write and ${FAILOVERS} failover:`);
for (const rules of RULES) {
  for (const { example } of run(rules, SENDS)) {
    if (!example) continue;
    wrong++;
    console.log(example.map((step) => `    ${step}`).join("\n"));
  }
}
console.log(`\nNaive rules, with at most ${SENDS} sends of each write and ${FAILOVERS} failover:`);
for (const rules of NAIVE) {
  const example = run(rules, SENDS).find((found) => found.example)?.example;
  if (!example) wrong++;
  console.log((example ?? ["no violation"]).map((step) => `    ${step}`).join("\n"));
}
console.log(wrong === 0 ? "\nThe state machine loses and doubles nothing." : `\n${wrong} results are wrong.`);
process.exit(wrong === 0 ? 0 : 1);

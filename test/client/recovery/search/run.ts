import { parseArgs } from "node:util";
import { NAIVE, RULES, type Rules, UNORDERED } from "./rules.js";
import { type Found, search, VIOLATIONS } from "./search.js";
import type { Scenario } from "./world.js";

// Runs the state machine of recovery against a model of an event log, in every order of events up to a depth, and then
// the rules that clients write by hand. Fails if the state machine loses or doubles a write, or if a naive rule does not.

const { values } = parseArgs({ options: { smoke: { type: "boolean", default: false } } });
const SENDS = values.smoke ? 2 : 3;
const FAILOVERS = 1;

type Writers = Pick<Scenario, "keys" | "inOrder" | "sends"> & { readonly name: string };

const WRITERS: readonly Writers[] = [
  { name: "two writers with one client id", keys: ["a/1", "a/1"], sends: [SENDS, SENDS] },
  { name: "two writers with own client ids", keys: ["a/1", "b/1"], sends: [SENDS, SENDS] },
];
/** The first write is held, redirected, and sent to the new leader. */
const IN_ORDER: Writers = {
  name: "two writes of one client in order, sent at most 4 and 2 times",
  keys: ["a/1", "a/2"],
  inOrder: true,
  sends: [4, 2],
};

/** Checks whether to run the writes of one client: all that carry a key, and briefly those without a version. */
const isInOrder = ({ keeps, guarded }: Rules) => keeps === "the key" && !(values.smoke && guarded);

let states = 0;

function run(rules: Rules, writers: readonly Writers[]): readonly Found[] {
  return writers.map(({ name, ...rest }) => {
    const began = performance.now();
    const found = search({ rules, failovers: FAILOVERS, ...rest });
    const counts = VIOLATIONS.map((violation) => `${found.violations[violation]} ${violation}`).join(", ");
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${rules.name}; ${name}: ${found.states} states, ${found.ends} ends: ${counts} (${seconds} s)`);
    states += found.states;
    return found;
  });
}

let wrong = 0;
console.log(`The state machine, with at most ${SENDS} sends of each write and ${FAILOVERS} failover:`);
for (const rules of RULES) {
  for (const { example } of run(rules, isInOrder(rules) ? [...WRITERS, IN_ORDER] : WRITERS)) {
    if (!example) continue;
    wrong++;
    console.log(example.map((step) => `    ${step}`).join("\n"));
  }
}
console.log(`\nNaive rules, with at most ${SENDS} sends of each write and ${FAILOVERS} failover:`);
for (const rules of [...NAIVE, UNORDERED]) {
  const example = run(rules, rules.ordered ? WRITERS : [IN_ORDER]).find((found) => found.example)?.example;
  if (!example) wrong++;
  console.log((example ?? ["no violation"]).map((step) => `    ${step}`).join("\n"));
}
console.log(`\n${states.toLocaleString("en")} states in all.`);
console.log(wrong === 0 ? "The state machine loses and doubles nothing." : `${wrong} results are wrong.`);
process.exit(wrong === 0 ? 0 : 1);

import { describe, expect, it } from "vitest";
import { NAIVE, RULES, type Rules, UNORDERED } from "./search/rules.js";
import { search } from "./search/search.js";

// `npm run recovery:search` searches deeper.

const WRITERS = [{ keys: ["a/1", "a/1"] }, { keys: ["a/1", "b/1"] }];
const isRead = ({ keeps }: Rules) => keeps === "a read";
const WRITES = RULES.filter((rules) => !isRead(rules));
const NOTHING = {
  lost: 0,
  doubled: 0,
  "acknowledged and gone": 0,
  "falsely not applied": 0,
  overtaken: 0,
  "given up": 0,
};

describe("in every order of events of an event log", () => {
  it.each(WRITES.flatMap((rules) => WRITERS.map(({ keys }) => ({ keys, rules, name: rules.name }))))(
    "a write that is $name is neither lost nor doubled, for writers $keys",
    ({ rules, keys }) => {
      const { states, ends, violations, example } = search({ rules, keys, sends: [2, 2], failovers: 1 });
      expect(example).toBeUndefined();
      expect(violations).toEqual(NOTHING);
      expect(states).toBeGreaterThan(1000);
      expect(ends).toBeGreaterThan(200);
    },
  );

  it.each([
    ['"2002 is success"', "lost"],
    ['"2013 is success"', "lost"],
    ['"resend unchanged"', "falsely not applied"],
    ['"retry UNAVAILABLE"', "doubled"],
    ['"idempotent, so rebuild it each time"', "doubled"],
    ['"a write declared as read-only"', "doubled"],
  ] as const)("the naive rule %s leaves a write %s", (name, violation) => {
    const rules = NAIVE.find((naive) => naive.name === name);
    if (!rules) throw new Error(`no rule ${name}`);
    const { violations, example } = search({ rules, keys: ["a/1", "a/1"], sends: [2, 2], failovers: 1 });
    expect(violations[violation]).toBeGreaterThan(0);
    expect(example?.at(-1)).toContain(violation);
  });

  it("a read is made again until it succeeds or has no attempts left, and stores nothing", () => {
    const [rules = UNORDERED] = RULES.filter(isRead);
    const { states, ends, violations } = search({ rules, keys: ["a/1", "b/1"], sends: [3, 3], failovers: 1 });
    expect(violations).toEqual(NOTHING);
    expect(states).toBeGreaterThan(1000);
    expect(ends).toBeGreaterThan(50);
  });

  // The first write is held, redirected, and sent to the new leader.
  const IN_ORDER = { keys: ["a/1", "a/2"], inOrder: true, sends: [4, 2], failovers: 1 };

  it("a held write is not overtaken by a later one of its client", () => {
    const [, keyed] = RULES;
    expect(keyed).toMatchObject({ name: "keyed", ordered: true });
    const { states, violations } = search({ rules: keyed ?? UNORDERED, ...IN_ORDER });
    expect(violations).toEqual(NOTHING);
    expect(states).toBeGreaterThan(10_000);
  });

  it("without the order of a client's writes, a held write is overtaken", () => {
    const { violations, example } = search({ rules: UNORDERED, ...IN_ORDER });
    expect(violations.overtaken).toBeGreaterThan(0);
    expect(example?.at(-1)).toContain("overtaken");
  });
});

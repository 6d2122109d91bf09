import { describe, expect, it } from "vitest";
import { NAIVE, RULES } from "./search/rules.js";
import { search } from "./search/search.js";

// `npm run recovery:search` searches deeper.

const WRITERS = [{ ids: ["a", "a"] }, { ids: ["a", "b"] }];
const NOTHING = { lost: 0, doubled: 0, "acknowledged and gone": 0, "falsely not applied": 0 };

describe("in every order of events of an event log", () => {
  it.each(RULES.flatMap((rules) => WRITERS.map(({ ids }) => ({ ids, rules, name: rules.name }))))(
    "a write that is $name is neither lost nor doubled, for writers $ids",
    ({ rules, ids }) => {
      const { states, ends, violations, example } = search({ rules, ids, sends: 2, failovers: 1 });
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
  ] as const)("the naive rule %s leaves a write %s", (name, violation) => {
    const rules = NAIVE.find((naive) => naive.name === name);
    if (!rules) throw new Error(`no rule ${name}`);
    const { violations, example } = search({ rules, ids: ["a", "a"], sends: 2, failovers: 1 });
    expect(violations[violation]).toBeGreaterThan(0);
    expect(example?.at(-1)).toContain(violation);
  });
});

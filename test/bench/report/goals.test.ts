import { describe, expect, test } from "vitest";
import type { Comparison, Goal } from "../../../bench/figures.js";
import { checkGoal } from "../../../bench/report/goals.js";

/** The package takes a half of what the first takes, and twice what the second does. */
function comparisonWith(goal?: Goal): Comparison {
  return {
    id: "some-work",
    title: "Some work",
    unit: "µs",
    rows: [
      { name: "by hand", value: 8, ratio: 1 },
      { name: "a peer", value: 2, ratio: 0.25 },
      { name: "grpc-rich-errors", value: 4, ratio: 0.5, ...(goal && { goal }) },
    ],
  };
}

function checked(goal?: Goal) {
  const comparison = comparisonWith(goal);
  return comparison.rows.map((row) => checkGoal(comparison, row)).at(-1);
}

describe("a goal", () => {
  test("to a row is checked by the ratio to it", () => {
    expect(checked({ bound: "at most", figure: 0.5, to: "by hand" })).toMatchObject({ reached: 0.5, met: true });
    expect(checked({ bound: "at most", figure: 1, to: "a peer" })).toMatchObject({ reached: 2, met: false });
  });

  test("to nothing is checked by the value itself", () => {
    expect(checked({ bound: "at most", figure: 3 })).toMatchObject({ reached: 4, met: false });
  });

  test("that is to be exceeded is met above its figure", () => {
    expect(checked({ bound: "at least", figure: 3 })).toMatchObject({ reached: 4, met: true });
    expect(checked({ bound: "at least", figure: 5 })).toMatchObject({ reached: 4, met: false });
  });

  test("to a row that is not there is a mistake", () => {
    const goal = { bound: "at most", figure: 1, to: "another" } as const;
    expect(() => checked(goal)).toThrow(new RangeError('"some-work" has a goal to "another", which is no row of it'));
  });
});

test("a row without a goal is not checked", () => {
  expect(checked()).toBeUndefined();
});

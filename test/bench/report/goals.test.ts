import { describe, expect, test } from "vitest";
import type { Comparison, Goal } from "../../../bench/figures.js";
import { checkGoal } from "../../../bench/report/goals.js";

/** This package takes half the time of the first row, and twice the time of the second. */
function comparisonWith(goal?: Goal): Comparison {
  return {
    id: "some-work",
    title: "Some work",
    unit: "µs",
    rows: [
      { name: "hand-written", value: 8, ratio: 1 },
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
  test("that refers to a row limits the ratio to this row", () => {
    expect(checked({ bound: "at most", figure: 0.5, to: "hand-written" })).toMatchObject({ measured: 0.5, met: true });
    expect(checked({ bound: "at most", figure: 1, to: "a peer" })).toMatchObject({ measured: 2, met: false });
  });

  test("that refers to no row limits the value", () => {
    expect(checked({ bound: "at most", figure: 3 })).toMatchObject({ measured: 4, met: false });
  });

  test("with a lower bound is met above its figure", () => {
    expect(checked({ bound: "at least", figure: 3 })).toMatchObject({ measured: 4, met: true });
    expect(checked({ bound: "at least", figure: 5 })).toMatchObject({ measured: 4, met: false });
  });

  test("that refers to a missing row throws", () => {
    const goal = { bound: "at most", figure: 1, to: "another" } as const;
    expect(() => checked(goal)).toThrow(
      new RangeError('a goal of comparison "some-work" refers to row "another", which does not exist'),
    );
  });
});

test("a row without a goal has no check", () => {
  expect(checked()).toBeUndefined();
});

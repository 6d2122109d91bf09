import { expect, test } from "vitest";
import { isComparison } from "../../../bench/figures.js";
import { CONTENDERS, overviewOf, overviewTable } from "../../../bench/report/overview.js";
import type { Results } from "../../../bench/report/results.js";
import { storedResults } from "./stored.js";

function without(results: Results, id: string, row?: string): Results {
  const parts = results.parts.map((part) => ({
    ...part,
    figures: part.figures.flatMap((figures) => {
      if (figures.id !== id || !isComparison(figures)) return [figures];
      return row === undefined ? [] : [{ ...figures, rows: figures.rows.filter(({ name }) => name !== row) }];
    }),
  }));
  return { ...results, parts };
}

test("the overview of the stored results has ten rows, and one column for each contender", async () => {
  const overview = overviewOf(await storedResults());
  expect(overview).toHaveLength(10);
  for (const { others } of overview) expect(others).toHaveLength(CONTENDERS.length);
});

test("a missing comparison or row of the overview throws", async () => {
  const results = await storedResults();
  expect(() => overviewOf(without(results, "pack-two"))).toThrow(
    new RangeError('the overview needs comparison "pack-two", which does not exist'),
  );
  expect(() => overviewOf(without(results, "call-failing", "grpc-js, plain status"))).toThrow(
    new RangeError('the overview needs row "grpc-js, plain status" of comparison "call-failing", which does not exist'),
  );
});

test("each cell has a value with its unit, and the ratio to this package", () => {
  const table = overviewTable([
    {
      label: "Some work",
      unit: "µs",
      value: 4,
      variant: { label: "in vain", value: 8 },
      others: [{ value: 2, times: 0.5 }, undefined],
    },
  ]);
  expect(table.split("\n").at(-1)).toBe("| Some work | **4.00 µs**; 8.00 µs in vain | 2.00 µs (0.50×) | – |");
});

import { expect, test } from "vitest";
import type { Comparison, Growth } from "../../../bench/figures.js";
import { goalsTable, short, tableOf } from "../../../bench/report/tables.js";

const comparison: Comparison = {
  id: "some-work",
  title: "Some work",
  unit: "µs",
  rows: [
    { name: "hand-written", value: 8, ratio: 1 },
    {
      name: "grpc-rich-errors, a",
      value: 4,
      ratio: 0.5,
      goal: { bound: "at most", figure: 1, to: "hand-written" },
    },
    { name: "grpc-rich-errors, b", value: 1234.5, ratio: 154.3, goal: { bound: "at most", figure: 5 } },
  ],
};

test("the table of a comparison shows its goals, and whether they are met", () => {
  expect(tableOf(comparison)).toBe(
    [
      "| Some work | µs | ratio | goal | measured |  |",
      "| --- | --- | --- | --- | --- | --- |",
      "| hand-written | 8.00 | 1.00 |  |  |  |",
      "| grpc-rich-errors, a | 4.00 | 0.50 | at most 1.00 × “hand-written” | 0.50 | met |",
      "| grpc-rich-errors, b | 1,235 | 154 | at most 5.00 µs | 1,235 | **missed** |",
    ].join("\n"),
  );
});

test("the table of a comparison without goals has no columns for them", () => {
  const rows = comparison.rows.slice(0, 1);
  expect(tableOf({ ...comparison, rows })).toBe(
    ["| Some work | µs | ratio |", "| --- | --- | --- |", "| hand-written | 8.00 | 1.00 |"].join("\n"),
  );
});

test("a table about this package alone shows neither ratios nor the name of the package", () => {
  const rows = [{ name: "grpc-rich-errors, a", value: 8, ratio: 1 }];
  expect(tableOf({ ...comparison, rows })).toBe(["| Some work | µs |", "| --- | --- |", "| a | 8.00 |"].join("\n"));
});

test("the table of goals shows the goals of several comparisons", () => {
  expect(goalsTable([comparison])).toBe(
    [
      "| benchmark | contender | goal | measured |  |",
      "| --- | --- | --- | --- | --- |",
      "| Some work | grpc-rich-errors, a | at most 1.00 × “hand-written” | 0.50 | met |",
      "|  | grpc-rich-errors, b | at most 5.00 µs | 1,235 | **missed** |",
    ].join("\n"),
  );
});

test("a ratio with a standard error has three digits, and meets or misses a goal only beyond two of them", () => {
  const goal = { bound: "at most", figure: 1.01, to: "grpc-js" } as const;
  const row = (name: string, ratio: number) => ({ name, value: 100 * ratio, ratio, standardError: 0.004, goal });
  const rows = [{ name: "grpc-js", value: 100, ratio: 1 }, row("a", 1), row("b", 1.013), row("c", 1.02)];
  expect(tableOf({ ...comparison, rows })).toBe(
    [
      "| Some work | µs | ratio | goal | measured |  |",
      "| --- | --- | --- | --- | --- | --- |",
      "| grpc-js | 100 | 1.00 |  |  |  |",
      "| a | 100 | 1.000 ± 0.004 | at most 1.01 × “grpc-js” | 1.000 ± 0.004 | met |",
      "| b | 101 | 1.013 ± 0.004 | at most 1.01 × “grpc-js” | 1.013 ± 0.004 | within the error |",
      "| c | 102 | 1.020 ± 0.004 | at most 1.01 × “grpc-js” | 1.020 ± 0.004 | **missed** |",
    ].join("\n"),
  );
});

test("the table of growth has one column for each size, and the exponent if it exists", () => {
  const growth: Growth = {
    id: "many",
    title: "Many things",
    unit: "ms",
    of: "things",
    sizes: [10, 1_000],
    lines: [
      { name: "grpc-rich-errors", values: [1, 100], exponent: 1 },
      { name: "heap | all", values: [0, 12.34], exponent: Number.NaN },
    ],
  };
  expect(tableOf(growth)).toBe(
    [
      "| Many things, ms by things | 10 | 1,000 | exponent |",
      "| --- | --- | --- | --- |",
      "| grpc-rich-errors | 1.00 | 100 | 1.00 |",
      "| heap \\| all | 0.00 | 12.3 | - |",
    ].join("\n"),
  );
});

test("numbers have three significant digits", () => {
  expect([0.123456, 9.876, 45.67, 678.9, 12_345.6, Number.NaN].map(short)).toEqual([
    "0.12",
    "9.88",
    "45.7",
    "679",
    "12,346",
    "-",
  ]);
});

import { expect, test } from "vitest";
import { exponentOf } from "../../bench/exponent.js";

const SIZES = [1, 10, 100, 1_000];

test("cubic growth has the exponent 3", () => {
  const cubes = SIZES.map((size) => 7 * size ** 3);
  expect(exponentOf(SIZES, cubes)).toBeCloseTo(3);
});

test("constant values have the exponent 0", () => {
  expect(exponentOf(SIZES, [5, 5, 5, 5])).toBeCloseTo(0);
});

test("only the last two powers of ten count", () => {
  expect(exponentOf(SIZES, [1_000_000, 10, 100, 1_000])).toBeCloseTo(1);
});

test("a zero among the values has no exponent", () => {
  expect(exponentOf(SIZES, [1, 1, 0, 1])).toBeNaN();
});

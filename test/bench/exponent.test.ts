import { expect, test } from "vitest";
import { exponentOf } from "../../bench/exponent.js";

const SIZES = [1, 10, 100, 1_000];

test("finds the power that values grow with", () => {
  const cubes = SIZES.map((size) => 7 * size ** 3);
  expect(exponentOf(SIZES, cubes)).toBeCloseTo(3);
});

test("finds no growth in values that stay the same", () => {
  expect(exponentOf(SIZES, [5, 5, 5, 5])).toBeCloseTo(0);
});

test("looks at the last two powers of ten alone", () => {
  expect(exponentOf(SIZES, [1_000_000, 10, 100, 1_000])).toBeCloseTo(1);
});

test("finds no power where a value is nothing", () => {
  expect(exponentOf(SIZES, [1, 1, 0, 1])).toBeNaN();
});

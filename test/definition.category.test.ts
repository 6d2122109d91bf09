import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Category, categoriesHolding, narrowestCategory } from "../src/definition.js";

const whole: Category = { name: "whole", first: -100, last: 100 };
const left: Category = { name: "left", first: -100, last: 0 };
const middle: Category = { name: "middle", first: -10, last: 10 };
const one: Category = { name: "one", first: 1, last: 1 };
const right: Category = { name: "right", first: 0, last: 100 };

const category: fc.Arbitrary<Category> = fc
  .record({ name: fc.constantFrom("a", "b", "c"), first: fc.integer({ min: -9, max: 9 }), width: fc.nat(9) })
  .map(({ name, first, width }) => ({ name, first, last: first + width }));

describe("the narrowest category of a number", () => {
  it.each([
    [-101, undefined],
    [-100, "left"],
    [-11, "left"],
    [-10, "middle"],
    [0, "middle"],
    [1, "one"],
    [2, "middle"],
    [10, "middle"],
    [11, "right"],
    [100, "right"],
    [101, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
  ])("of %j is %j", (number, name) => {
    expect(narrowestCategory(number, [whole, left, middle, one, right])).toBe(name);
    expect(narrowestCategory(number, [right, one, middle, left, whole])).toBe(name);
  });

  it("is undefined if several categories are equally narrow, unless they share a name", () => {
    expect(narrowestCategory(0, [left, right, whole])).toBeUndefined();
    expect(narrowestCategory(0, [left, { ...right, name: "left" }, whole])).toBe("left");
    expect(narrowestCategory(0, [left, left, right])).toBeUndefined();
  });

  it("holds the number, and no narrower category does", () => {
    const property = fc.property(fc.array(category), fc.integer({ min: -12, max: 21 }), (categories, number) => {
      const holding = categories.filter(({ first, last }) => number >= first && number <= last);
      const least = Math.min(...holding.map(({ first, last }) => last - first));
      const names = new Set(holding.filter(({ first, last }) => last - first === least).map(({ name }) => name));
      expect(narrowestCategory(number, categories)).toBe(names.size === 1 ? [...names][0] : undefined);
      expect(categoriesHolding(number, categories)).toHaveLength(holding.length);
    });
    fc.assert(property, { numRuns: 2_000 });
  });
});

import { expect, it } from "vitest";
import { firstOf, insteadOf } from "../../src/platform/names.js";

it("insteadOf advises the nearest name, or lists all", () => {
  expect(insteadOf("mqp", ["map", "debug"])).toBe('write "map"');
  expect(insteadOf("zzzzzz", ["map", "debug"])).toBe('write "map", "debug"');
});

it("firstOf lists the first names, and counts the others", () => {
  const upper = (name: string) => name.toUpperCase();
  expect([firstOf([], 2, upper), firstOf(["a", "b"], 2, upper), firstOf(["a", "b", "c", "d"], 2, upper)]).toEqual([
    "",
    "A, B",
    "A, B and 2 more",
  ]);
});

import { describe, expect, it } from "vitest";
import { firstOf, insteadOf, nearestName } from "../../src/platform/names.js";

describe("nearestName", () => {
  const NAMES = ["catalogs", "maxHeaderBytes", "map"];

  it.each([
    ["catalog", "catalogs"],
    ["catalogsOf", "catalogs"],
    ["ctalogs", "catalogs"],
    ["maxheaderbytes", "maxHeaderBytes"],
    ["maxHeadrByte", "maxHeaderBytes"],
    ["mqp", "map"],
    ["retry", undefined],
    ["", undefined],
  ])("finds the name nearest to %j: %j", (written, meant) => {
    expect(nearestName(written, NAMES)).toBe(meant);
  });
});

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

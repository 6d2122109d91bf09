import { describe, expect, it } from "vitest";
import { nearestName } from "../../src/platform/nearest-name.js";

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

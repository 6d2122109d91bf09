import { expect, it } from "vitest";
import { nearestName } from "../../src/platform/options.js";

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
])("the name that %j was likely meant as is %j", (written, meant) => {
  expect(nearestName(written, NAMES)).toBe(meant);
});

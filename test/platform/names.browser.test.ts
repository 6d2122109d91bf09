import { expect, it } from "vitest";
import * as inBrowser from "../../src/platform/names.browser.js";
import * as inNode from "../../src/platform/names.js";

it("advice in a browser lists all names", () => {
  expect(inBrowser.insteadOf("mqp", ["map", "debug"])).toBe('write "map", "debug"');
  const upper = (name: string) => name.toUpperCase();
  const names = ["a", "b", "c", "d"];
  expect(inBrowser.firstOf(names, 2, upper)).toBe(inNode.firstOf(names, 2, upper));
  expect(inBrowser.listOf(names)).toBe(inNode.listOf(names));
});

import { expect, it } from "vitest";
import { relativePath } from "../../src/plugin/imports.js";

it.each([
  ["a.rich", "..dots/a", "./..dots/a"],
  ["shop/v1/orders.rich", "shop/v1/orders", "./orders"],
  ["shop/v1/orders.rich", "google/rpc/status", "../../google/rpc/status"],
  ["shop/v1/orders.rich", "shop/v2/x", "../v2/x"],
  ["shop/v1/orders.rich", "shop/v1/deep/x", "./deep/x"],
  ["orders.rich", "orders", "./orders"],
  ["shop/v1/orders.rich", "../src/codegenv1.js", "../../../src/codegenv1.js"],
  ["orders.rich", "../src/codegenv1.js", "../src/codegenv1.js"],
  ["shop/v1/orders.rich", "./lib/codegen.js", "../../lib/codegen.js"],
  ["shop/v1/orders.rich", "./shop/./x/../codegen.js", "../codegen.js"],
])("%s imports %s by the path %s", (from, to, path) => {
  expect(relativePath(from, to)).toBe(path);
});

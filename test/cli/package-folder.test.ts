import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { PACKAGE_FOLDER, packageVersion } from "../../src/cli/package-folder.js";
import { ROOT } from "../plugin/compile.js";

it("the package finds its own folder, with its protos and its version", () => {
  expect(existsSync(join(PACKAGE_FOLDER, "proto/richerrors/v1/annotations.proto"))).toBe(true);
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(packageVersion()).toBe(version);
});

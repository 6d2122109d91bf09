import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../matrix/folder.js";
import { type IntegrationCells, runMatcher } from "../matrix/matchers.js";
import { createProject, type Project, ROOT } from "./project.js";

const PACKAGES = ["jest", "@jest/globals", "@types/jest", "expect"];

let project: Project;
let result: IntegrationCells;

beforeAll(async () => {
  project = await createProject("examples/orders", PACKAGES);
  const program = join(ROOT, "node_modules/typescript/bin/tsc");
  const { version } = JSON.parse(await readFile(join(ROOT, "node_modules/typescript/package.json"), "utf8"));
  result = await runMatcher(await Folder.at(project.folder), { program, version }, "jest");
});

afterAll(() => project.remove());

test("the matcher of grpc-rich-errors/jest has types, for the global expect and for that of @jest/globals", () => {
  expect(result.types).toEqual({ mark: "yes" });
});

test.each(["esm", "cjs"] as const)("the matcher passes and fails in Jest as it should, as %s", (format) => {
  expect(result.runs[format]).toEqual({ mark: "yes" });
});

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltPackage, buildPackage } from "../support/built.js";
import { ROOT } from "./project.js";

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
}, 60_000);
afterAll(() => built.remove());

test("the README's table shows what a client gets from each layer of a server", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["fixtures/layers.mjs"], { cwd: built.folder });
  const measured: Record<string, string[]> = JSON.parse(stdout);
  expect(Object.keys(measured)).toHaveLength(6);
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const rows = readme.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const shown = rows
    .filter(([, way = ""]) => way in measured)
    .map(([, way = "", ...cells]) => [way, cells.slice(0, 4)]);
  expect(Object.fromEntries(shown)).toEqual(measured);
});

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuiltPackage, copyBuiltPackage } from "../support/built.js";
import { ROOT } from "./project.js";

let built: BuiltPackage;
beforeAll(() => {
  built = copyBuiltPackage();
});
afterAll(() => built.remove());

/** For each way to fail and each of the four layers, what the client of each shape gets. */
type Measured = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

test("README and docs/server.md show what a client gets from each layer of a server", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["fixtures/layers.mjs"], { cwd: built.folder });
  const measured = Object.entries(JSON.parse(stdout) as Measured);
  expect(measured).toHaveLength(12);
  // Every shape that has a way to fail gives its client the same.
  const cells = measured.map(([way, layers]) => [
    way,
    layers.map((shapes) => [...new Set(Object.values(shapes))].join()),
  ]);
  expect(await rowsOf("docs/server.md", Object.keys(Object.fromEntries(measured)))).toEqual(Object.fromEntries(cells));
  const inReadme = await rowsOf("README.md", Object.keys(Object.fromEntries(measured)));
  expect(Object.keys(inReadme).length).toBeGreaterThan(4);
  expect(Object.fromEntries(cells)).toMatchObject(inReadme);
});

/** Returns the four cells of each row of a page that begins with one of the names. */
async function rowsOf(page: string, names: readonly string[]): Promise<Record<string, string[]>> {
  const text = await readFile(join(ROOT, page), "utf8");
  const rows = text.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  return Object.fromEntries(
    rows.filter(([, name = ""]) => names.includes(name)).map(([, name = "", ...cells]) => [name, cells.slice(0, 4)]),
  );
}

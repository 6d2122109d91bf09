import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../package/project.js";
import { INTEGRATIONS, QUICK, ROWS } from "./axes.js";
import { expectedRows, rowsOn, tables, withTables } from "./report.js";
import { uninstalledRow } from "./scenarios.js";

describe("docs/compatibility.md", async () => {
  const page = await readFile(join(ROOT, "docs/compatibility.md"), "utf8");
  const manifest = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));

  test("has a row for each project and each test runner of the matrix; `npm run matrix` writes them", () => {
    expect(rowsOn(page)).toEqual(expectedRows());
  });

  test("shows nothing that fails without the reason", () => {
    expect(page).not.toMatch(/\| no +\|/);
  });

  test("says which versions of Node and of each peer work, as package.json does", () => {
    const lines = page.replaceAll("`", "").matchAll(/^\| (\S+) +\| ([^|]+?) +\|/gm);
    const versions = Object.fromEntries([...lines].map(([, name, range]) => [name, range]));
    expect(versions).toMatchObject({ Node: manifest.engines.node, ...manifest.peerDependencies });
  });
});

describe("the tables of the matrix", () => {
  test("replace those of the page, and say why something fails", () => {
    const [row] = ROWS;
    if (!row) throw new Error("there are no rows");
    const before = withTables(`a\n${withMarks()}\nz`, [], []);
    const after = withTables(before, [uninstalledRow(row, new Error("ERESOLVE\n could not resolve"))], []);
    expect(after.startsWith("a\n")).toBe(true);
    expect(after.endsWith("\nz")).toBe(true);
    expect(rowsOn(after)).toEqual(["defaults"]);
    expect(after).toContain("| no (1)");
    expect(after).toContain("\n1. ERESOLVE could not resolve.\n");
    expect(() => withTables("no marks", [], [])).toThrow(/the page needs a line/);
    expect(tables([], [])).toBe("");
  });

  test("have each name once, and the rows of --quick", () => {
    const names = [...ROWS, ...INTEGRATIONS].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of QUICK) expect(names).toContain(name);
  });
});

function withMarks(): string {
  return "<!-- Written by `npm run matrix`. -->\n<!-- The end of what it writes. -->";
}

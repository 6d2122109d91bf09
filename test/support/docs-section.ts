import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { ROOT } from "../plugin/compile.js";

/** Expects a generated section of a page to be up to date. With `UPDATE_DOCS`, writes it. */
export function expectSection(page: string, name: string, content: string): void {
  const path = join(ROOT, page);
  const written = readFileSync(path, "utf8");
  const section = new RegExp(`(<!-- begin ${name}[: ].*\\n)[\\s\\S]*?(<!-- end ${name})`);
  expect(written).toMatch(section);
  const updated = written.replace(section, (_, begin, end) => `${begin}\n${content}\n${end}`);
  if (process.env["UPDATE_DOCS"]) writeFileSync(path, updated);
  else expect(written).toBe(updated);
}

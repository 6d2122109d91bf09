import { readFileSync } from "node:fs";

const ROOT = new URL("../../../", import.meta.url);

/** The text of a file of this repository, from one phrase up to the end of another, without comments. */
export function excerpt(path: string, from: string, to: string): string {
  const text = readFileSync(new URL(path, ROOT), "utf8");
  const start = text.indexOf(from);
  const end = text.indexOf(to, start);
  if (start < 0 || end < 0) throw new Error(`${path} has no text from "${from}" to "${to}"`);
  return text.slice(start, end + to.length).replace(/^\s*\/\/.*\n/gm, "");
}

/** Replaces each run of white space with a single space. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

import { AXES, type Axis, DEFAULTS, INTEGRATIONS, ROWS } from "./axes.js";
import type { Cell } from "./compile.js";
import type { IntegrationResult } from "./integrations.js";
import type { RowResult } from "./scenarios.js";

const BEGIN = "<!-- Written by `npm run matrix`. -->";
const END = "<!-- The end of what it writes. -->";

/** Replaces the tables of a page. */
export function withTables(
  page: string,
  rows: readonly RowResult[],
  integrations: readonly IntegrationResult[],
): string {
  const [before, rest = ""] = page.split(BEGIN);
  const after = rest.split(END)[1];
  if (after === undefined) throw new Error(`the page needs a line ${BEGIN} and a line ${END}`);
  return `${before}${BEGIN}\n\n${tables(rows, integrations)}\n\n${END}${after}`;
}

/** The names of the rows that a page shows, in its order. */
export function rowsOn(page: string): string[] {
  const written = page.split(BEGIN)[1]?.split(END)[0] ?? "";
  const firsts = [...written.matchAll(/^\| ([^|]*?) +\|/gm)].map(([, first = ""]) => first);
  return firsts.filter((first) => !/^-+$/.test(first) && !HEADINGS.includes(first));
}

/** The names of the rows that a page must show. */
export function expectedRows(): string[] {
  return [...ROWS, ...INTEGRATIONS].map(({ name }) => name);
}

const HEADINGS = ["project", "integration"];

/** The tables as Markdown, with notes below each. */
export function tables(rows: readonly RowResult[], integrations: readonly IntegrationResult[]): string {
  return [
    ...(rows.length > 0 ? [rowTable(rows)] : []),
    ...(integrations.length > 0 ? [integrationTable(integrations)] : []),
  ].join("\n\n");
}

function rowTable(rows: readonly RowResult[]): string {
  const notes = new Notes();
  const heads = ["project", "installed", "generated", "node16", "bundler", "node10", "ESM", "CommonJS"];
  const body = rows.map(({ row, installed, generated, types, runs }) => [
    row.name,
    (row.name === "defaults" ? (Object.keys(AXES) as Axis[]) : row.varied)
      .map((axis) => `${AXES[axis]} ${installed[axis]}`)
      .join(", "),
    ...[generated, types.node16, types.bundler, types.node10, runs.esm, runs.cjs].map((cell) => notes.show(cell)),
  ]);
  return table(heads, body) + notes.list();
}

function integrationTable(integrations: readonly IntegrationResult[]): string {
  const notes = new Notes();
  const heads = ["integration", "installed", "types", "ESM", "CommonJS"];
  const body = integrations.map(({ integration, installed, types, runs }) => [
    integration.name,
    `${installed}${integration.node === DEFAULTS.node ? "" : `, on Node ${integration.node}`}`,
    ...[types, runs.esm, runs.cjs].map((cell) => notes.show(cell)),
  ]);
  return table(heads, body) + notes.list();
}

/** The notes of a table. Equal ones share a number. */
class Notes {
  readonly #notes: string[] = [];

  show({ mark, note }: Cell): string {
    if (note === undefined) return mark;
    if (!this.#notes.includes(note)) this.#notes.push(note);
    return `${mark} (${this.#notes.indexOf(note) + 1})`;
  }

  list(): string {
    const lines = this.#notes.map((note, index) => `${index + 1}. ${oneLine(note)}.`);
    return lines.length === 0 ? "" : `\n\n${lines.join("\n")}`;
  }
}

/** Of a long report, the beginning says enough. */
function oneLine(note: string): string {
  return note.replaceAll(/\s+/g, " ").slice(0, 400);
}

function table(heads: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = heads.map((head, index) => Math.max(head.length, ...body.map((cells) => cells[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  return [line(heads), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

import { wrap } from "../eventstore/tour/page.js";
import { measure } from "./measure.js";
import { type Cell, NOTHING, type Row } from "./row.js";
import { GROUPS, ROWS } from "./rows.js";

// Prints what clients get when handlers fail: on plain grpc-js, and with this package.

const WIDTHS = [32, 31, 33] as const;

const [before, after] = await Promise.all([measure("before"), measure("after")]);

/** A row and its outcomes. Shapes with the same outcomes share a line. */
interface Line {
  readonly what: string;
  readonly shapes: string[];
  readonly outcomes: readonly [string, string];
}

let index = 0;
printRow(["a handler that", "on plain grpc-js", "with this package"]);
for (const { title, rows } of GROUPS) {
  console.log(`\n${title} ${"═".repeat(99 - title.length)}`);
  for (const { what, shapes, outcomes } of linesOf(rows)) {
    printRow([`${what} (${shapes.length === 4 ? "all four shapes" : shapes.join(", ")})`, ...outcomes]);
  }
}
printTotals();

function linesOf(rows: readonly Row[]): Line[] {
  const lines = new Map<string, Line>();
  for (const { what, shape } of rows) {
    const outcomes = [words(before[index]), words(after[index])] as const;
    const key = [what, ...outcomes].join("\n");
    const line = lines.get(key);
    if (line) line.shapes.push(shape);
    else lines.set(key, { what, shapes: [shape], outcomes });
    index += 1;
  }
  return [...lines.values()];
}

function words(cell: Cell | undefined): string {
  if (!cell) return "";
  const { client, leaks, storesHalf, next, lives } = cell;
  const troubles = [
    leaks && "A SECRET LEAKS",
    storesHalf && "HALF AN UPLOAD IS STORED",
    !lives && "THE PROCESS DIES",
    lives && !next && "THE CONNECTION HANGS",
  ];
  const got = client.replace(NOTHING, "nothing; THE CLIENT HANGS");
  return [got, ...troubles.filter((trouble) => trouble !== false)].join("; ");
}

function isHanging({ client }: Cell): boolean {
  return client.endsWith(NOTHING);
}

/** Prints cells side by side, in as many lines as they need. */
function printRow(cells: readonly string[]): void {
  const columns = cells.map((cell, column) => wrap(cell, WIDTHS[column] ?? 0));
  const height = Math.max(...columns.map((lines) => lines.length));
  for (let line = 0; line < height; line += 1) {
    const texts = columns.map((lines, column) => (lines[line] ?? "").padEnd(WIDTHS[column] ?? 0));
    console.log(texts.join("  ").trimEnd());
  }
}

function printTotals(): void {
  console.log(
    `\n${`Of ${ROWS.length} calls`.padEnd(40)}${"on plain grpc-js".padStart(18)}${"with this package".padStart(20)}`,
  );
  const totals: readonly (readonly [string, (cell: Cell) => boolean])[] = [
    ["the process died", ({ lives }) => !lives],
    ["the client hung until its deadline", isHanging],
    ["the connection hung", ({ lives, next }) => lives && !next],
    ["a secret leaked", ({ leaks }) => leaks],
    ["half an upload was stored", ({ storesHalf }) => storesHalf],
  ];
  for (const [name, holds] of totals) {
    const counts = [before, after].map((cells) => String(cells.filter(holds).length));
    console.log(`  ${name.padEnd(38)}${(counts[0] ?? "").padStart(18)}${(counts[1] ?? "").padStart(20)}`);
  }
}

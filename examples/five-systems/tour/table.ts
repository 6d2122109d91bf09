import type { Definition } from "grpc-rich-errors";
import { type Paint, wrap } from "../../eventstore/tour/page.js";
import type { Column, System } from "./system.js";

/** In a table with more errors than this, each has one line, or two if the texts have little room. */
const FEW = 20;
const LITTLE_ROOM = 40;

const INDENT = 2;

/** The table of all errors of a system. */
export function tableOf({ catalog, columns, part }: System, width: number, paint: Paint): string[] {
  const definitions = [...catalog].map(({ definition }) => definition);
  const layout = layOut(definitions, columns, width);
  const lines = [
    paint(
      "dim",
      row(
        columns.map(({ head }) => head),
        layout,
      ),
    ),
  ];
  let above: string | undefined;
  for (const definition of definitions) {
    const name = part?.(definition);
    if (name !== undefined && name !== above) {
      lines.push(paint("cyan", " ".repeat(INDENT) + partText(name, definition, catalog)));
    }
    above = name;
    const cells = columns.map(({ text }) => text(definition));
    const [first = "", ...rest] = cut(cells.pop() ?? "", layout);
    lines.push(row([...cells, first], layout));
    for (const more of rest) lines.push(row([...cells.map(() => ""), more], layout));
  }
  return lines;
}

interface Layout {
  /** The widths of all columns except the last. */
  readonly widths: readonly number[];
  /** The width of the last column. */
  readonly room: number;
  /** How many lines a text may have. */
  readonly most: number;
  /** Whether the first column contains numbers, which are aligned on the right. */
  readonly isNumbered: boolean;
}

function layOut(definitions: readonly Definition[], columns: readonly Column[], width: number): Layout {
  const texts = columns.map(({ text }) => definitions.map(text));
  const widths = columns.slice(0, -1).map(({ head }, index) => widest([head, ...(texts[index] ?? [])]));
  const room = width - INDENT - widths.reduce((sum, each) => sum + each + 2, 0);
  return {
    widths,
    room,
    most: definitions.length <= FEW ? Number.POSITIVE_INFINITY : room < LITTLE_ROOM ? 2 : 1,
    isNumbered: texts[0]?.every((text) => /^-?\d+$/.test(text)) ?? false,
  };
}

function row(cells: readonly string[], { widths, isNumbered }: Layout): string {
  const padded = cells.map((cell, index) => {
    const width = widths[index] ?? 0;
    return index === 0 && isNumbered ? cell.padStart(width) : cell.padEnd(width);
  });
  return `${" ".repeat(INDENT)}${padded.join("  ")}`.trimEnd();
}

function partText(name: string, { domain }: Definition, { categories }: System["catalog"]): string {
  const range = categories[domain]?.find((category) => category.name === name);
  return range ? `${name} (${range.first} to ${range.last})` : name;
}

/** The lines of a text, cut at the maximum. */
function cut(text: string, { room, most }: Layout): string[] {
  const lines = wrap(text, room);
  if (lines.length <= most) return lines;
  const [last = ""] = wrap(lines.slice(most - 1).join(" "), room - 2);
  return [...lines.slice(0, most - 1), `${last.replace(/[,;:]$/, "")} …`];
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}

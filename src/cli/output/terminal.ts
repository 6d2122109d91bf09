import { styleText } from "node:util";
import { printable } from "../../declaration/problems.js";

/** The streams and the environment of a command. A `process` is one. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream & Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns" | "hasColors">>;
  readonly stderr: NodeJS.WritableStream;
  readonly env: NodeJS.ProcessEnv;
  /** Returns the folder that paths are relative to. */
  cwd(): string;
}

/** Returns a text in a style, or the text itself where styles are off. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** The width of the output in columns: that of the terminal, or else `COLUMNS`, or else 80. At least 60. */
export function widthFor({ stdout, env }: Terminal): number {
  const columns = stdout.columns ?? Number(env["COLUMNS"]);
  return columns > 0 ? Math.max(60, Math.floor(columns)) : 80;
}

/**
 * The styles of the output. They are off unless stdout is a terminal with colors.
 *
 * @see https://no-color.org
 */
export function painterFor({ stdout, env }: Terminal): Paint {
  if (!stdout.isTTY || !stdout.hasColors?.(env)) return (_style, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

/** The number of columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  return INVISIBLE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** Checks whether a text fits some columns. Looks no further than it must, because a word may have a million characters. */
function fits(text: string, columns: number): boolean {
  return partWithin(text, columns).length === text.length;
}

/** The longest beginning of a text that fits some columns. */
function partWithin(text: string, columns: number): string {
  let [width, length] = [0, 0];
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns) break;
    length += character.length;
  }
  return text.slice(0, length);
}

/** Pads a text on the right. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Pads a text on the left. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

/**
 * Breaks a text into lines between its words.
 *
 * - A word wider than a line breaks after one of `_./`, or else anywhere.
 * - Characters that control a terminal become visible.
 *
 * @param hang the indentation of every line but the first
 */
export function wrap(text: string, width: number, hang = 0): string[] {
  const lines: string[] = [];
  let line = "";
  const room = () => Math.max(1, lines.length === 0 ? width : width - hang);
  for (const word of printable(text).split(/ +/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer, room())) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    for (line = word; !fits(line, room()); ) {
      const piece = beginning(line, room());
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return [...lines, line].map((line, index) => (index === 0 ? line : " ".repeat(hang) + line));
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** The part of a word that fits a line: at least one character. */
function beginning(word: string, width: number): string {
  const fitting = partWithin(word, width) || String.fromCodePoint(word.codePointAt(0) ?? 0);
  const end = Math.max(...["_", ".", "/"].map((mark) => fitting.lastIndexOf(mark))) + 1;
  return end > fitting.length / 2 ? fitting.slice(0, end) : fitting;
}

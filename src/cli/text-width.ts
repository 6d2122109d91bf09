import { printable } from "../declaration/problems.js";

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += INVISIBLE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

/** Fills a text up with spaces on its right. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Fills a text up with spaces on its left. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

/**
 * Breaks a text into lines of a width, between words. A word that is wider than
 * a line is broken behind one of `_./`, or else anywhere. What would steer the
 * terminal is made visible.
 *
 * @param hang how far all lines but the first are moved to the right
 */
export function wrap(text: string, width: number, hang = 0): string[] {
  const lines: string[] = [];
  let line = "";
  const room = () => Math.max(1, lines.length === 0 ? width : width - hang);
  for (const word of printable(text).split(/ +/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= room()) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    for (line = word; widthOf(line) > room(); ) {
      const piece = beginning(line, room());
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return [...lines, line].map((line, index) => (index === 0 ? line : " ".repeat(hang) + line));
}

/** A comment as paragraphs, an item of a list each by itself. */
export function paragraphs(comment: string): string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const line of comment.split("\n")) {
    if (isOpen && line !== "" && !/^\s*[-*] |^ {4}/.test(line)) found.push(`${found.pop()} ${line.trim()}`);
    else if (line !== "") found.push(line.trim());
    isOpen = line !== "";
  }
  return found;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** As much of a word as fits, and at least one character. */
function beginning(word: string, width: number): string {
  let fitting = "";
  for (const character of word) {
    if (fitting !== "" && widthOf(fitting) + widthOf(character) > width) break;
    fitting += character;
  }
  const end = Math.max(...["_", ".", "/"].map((mark) => fitting.lastIndexOf(mark))) + 1;
  return end > fitting.length / 2 ? fitting.slice(0, end) : fitting;
}

import { printable } from "../../declaration/problems.js";
import { type Paint, padEnd, wrap } from "./terminal.js";

/** A page for a terminal: titles, paragraphs, and labeled texts in a column. */
export class Page {
  readonly #width: number;
  readonly #paint: Paint;
  readonly #lines: string[] = [];

  constructor(width: number, paint: Paint) {
    this.#width = width;
    this.#paint = paint;
  }

  get text(): string {
    return this.#lines.map((line) => `${line.trimEnd()}\n`).join("");
  }

  /** An empty line, unless the page is empty or ends with one. */
  gap(): void {
    if ((this.#lines.at(-1) ?? "") !== "") this.#lines.push("");
  }

  /** A bold line. */
  title(text: string, indent = 0): void {
    for (const line of this.#wrapped(text, indent)) this.#lines.push(this.#paint("bold", line));
  }

  /** A line in faint letters. */
  note(text: string, indent = 0): void {
    for (const line of this.#wrapped(text, indent)) this.#lines.push(this.#paint("dim", line));
  }

  /** A paragraph for each line of a text. */
  prose(text: string, indent = 0): void {
    for (const paragraph of text.split(/\r?\n/)) this.#lines.push(...this.#wrapped(paragraph, indent));
  }

  /** Lines as they are, indented. They are not wrapped, so that they can be copied. */
  code(text: string): void {
    for (const line of text.split("\n")) this.#lines.push(`  ${printable(line)}`);
  }

  /** A text after a label. Prints nothing without a text. */
  row(label: string, text: string | undefined): void {
    if (text) this.rows(label, text.split(/\r?\n/));
  }

  /** Texts after a label, each on lines of its own. */
  rows(label: string, texts: readonly string[], hang = 0): void {
    const lines = texts.flatMap((text) => wrap(text, this.#width - LABEL, hang));
    for (const [index, line] of lines.entries()) {
      this.#lines.push(this.#paint("cyan", padEnd(index === 0 ? label : "", LABEL)) + line);
    }
  }

  #wrapped(text: string, indent: number): string[] {
    const leading = /^ */.exec(text)?.[0].length ?? 0;
    const margin = " ".repeat(indent + leading);
    const hang = margin === "" ? 0 : 2;
    return wrap(text.slice(leading), this.#width - margin.length, hang).map((line) => margin + line);
  }
}

/** The width of the labels. */
const LABEL = 12;

import { printable } from "./text-checks.js";

/** Where something stands in a proto; line and column count from 1. */
export interface Place {
  /** The path of the file, as protobuf imports it. */
  readonly file: string;
  /** None if the compiler did not say. */
  readonly line?: number;
  readonly column?: number;
}

/** A place as compilers print it: `"shop/orders.proto:12:3"`. */
export function placeText({ file, line, column }: Place): string {
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

interface Problem {
  readonly place: Place;
  readonly text: string;
}

/**
 * What is wrong with the protos that were read, all of it.
 *
 * A text says what is wrong and, after a semicolon, what to write instead.
 */
export class Problems {
  readonly #problems: Problem[] = [];

  report(place: Place, text: string): void {
    this.#problems.push({ place, text });
  }

  /** How many problems there are. */
  get size(): number {
    return this.#problems.length;
  }

  /** One line for each problem, in the order of files and places, whatever names and texts hold. */
  toString(): string {
    const lines = [...this.#problems].sort(compare).map(({ place, text }) => printable(`${placeText(place)}: ${text}`));
    return [...new Set(lines)].join("\n");
  }
}

function compare(a: Problem, b: Problem): number {
  return (
    compareText(a.place.file, b.place.file) ||
    (a.place.line ?? 0) - (b.place.line ?? 0) ||
    (a.place.column ?? 0) - (b.place.column ?? 0) ||
    compareText(a.text, b.text)
  );
}

/** Not by the rules of a language, which differ from machine to machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

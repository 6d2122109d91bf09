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

/** Tells whether a text holds a control character, a line break among them. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|[\u2028\u2029]/u.test(text);
}

/** What is wrong with a text that is shown on one line; none if nothing is. */
export function lineMistake(text: string): string | undefined {
  if (hasControlCharacter(text)) return "holds a control character or a line break; write it on one line";
  if (text.trim() !== text) return "begins or ends with white space; write it without";
  return undefined;
}

/** Tells whether a text is the address of a web page. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && !hasControlCharacter(text) && URL.canParse(text);
}

/**
 * A text without the characters that steer whoever shows it: control characters,
 * line breaks and marks that turn the direction of text around. Each is shown as `\u{…}`.
 */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** A string literal with escapes for the characters that {@link printable} shows. Means the same as before. */
export function escapeSteering(literal: string): string {
  return literal.replace(STEERING, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** All of them are of the basic plane, and so one unit of UTF-16 each. */
const STEERING = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** A domain as `ErrorInfo` has it: a name like `"orders.shop.example"`, in lower case. */
export function isDomain(text: string): boolean {
  return /^[a-z0-9]([a-z0-9._/-]*[a-z0-9])?$/.test(text);
}

/** Alternatives for a human: `"a, b or c"`. */
export function oneOf(alternatives: readonly string[]): string {
  const last = alternatives.at(-1) ?? "";
  return alternatives.length < 2 ? last : `${alternatives.slice(0, -1).join(", ")} or ${last}`;
}

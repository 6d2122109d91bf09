/**
 * The kind of a mistake. `rich-errors lint` has a rule for each.
 *
 * By default, a mistake is one of `OPTION_VALUES`: a field of an option has a value that it cannot have.
 */
export type ProblemKind =
  | "CATEGORIES"
  | "DETAIL_TYPE"
  | "DOMAIN_FORM"
  | "ENUM_ERRORS"
  | "GENERATED_NAMES"
  | "MESSAGE_FIELDS"
  | "MESSAGE_REDACTED"
  | "METHOD_ERRORS_DECLARED"
  | "METHOD_ERRORS_UNIQUE"
  | "NUMBER_CATEGORY"
  | "NUMBER_UNIQUE"
  | "NUMBER_ZERO"
  | "OPTION_VALUES"
  | "REASON_FORM"
  | "REASON_UNIQUE"
  | "RETRY_DELAY"
  | "STATUS_CODE";

/** The mistakes found in protos, each with its place. */
export class Problems implements Iterable<Problem> {
  readonly #problems: Problem[] = [];

  /**
   * Adds a mistake.
   *
   * @param text the mistake and, after a semicolon, the fix
   */
  report(place: Place, text: string, kind: ProblemKind = "OPTION_VALUES"): void {
    this.#problems.push({ place, text, kind });
  }

  [Symbol.iterator](): Iterator<Problem> {
    return this.#problems.values();
  }

  /** The number of reports, repeated ones included. */
  get size(): number {
    return this.#problems.length;
  }

  /** One printable line for each problem, sorted by file and place, without repetitions. */
  toString(): string {
    const lines = [...this.#problems]
      .sort(compareByPlace)
      .map(({ place, text }) => printable(`${placeText(place)}: ${text}`));
    return [...new Set(lines)].join("\n");
  }
}

/** A mistake in a proto. */
export interface Problem {
  readonly place: Place;
  readonly text: string;
  readonly kind: ProblemKind;
}

/** A place in a proto file. Lines and columns count from 1. */
export interface Place {
  /** The path by which protos import the file. */
  readonly file: string;
  /** Undefined if the compiler recorded no place. */
  readonly line?: number;
  readonly column?: number;
  /**
   * The path that the source info of the file has for this place: that of an element, or of a part of its options.
   * Undefined for the file itself.
   */
  readonly path?: readonly number[];
}

/** A place in the notation of compilers: `"shop/orders.proto:12:3"`. */
export function placeText({ file, line, column }: Place): string {
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

/** Compares by file, line, column and text. */
export function compareByPlace(a: Pick<Problem, "place" | "text">, b: Pick<Problem, "place" | "text">): number {
  return (
    compareText(a.place.file, b.place.file) ||
    (a.place.line ?? 0) - (b.place.line ?? 0) ||
    (a.place.column ?? 0) - (b.place.column ?? 0) ||
    compareText(a.text, b.text)
  );
}

/** Compares by code units, because the order of a locale differs from machine to machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Checks whether a text contains a control character, such as a line break. */
export function hasControlCharacter(text: string): boolean {
  return /\p{Cc}|[\u2028\u2029]/u.test(text);
}

/** Returns the mistake in a text that must fit on one line, or `undefined` if there is none. */
export function lineMistake(text: string): string | undefined {
  if (hasControlCharacter(text)) return "contains a control character or a line break; write it on one line";
  if (text.trim() !== text) return "begins or ends with white space; remove the white space";
  return undefined;
}

/** Checks whether a text is an `http` or `https` URL. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/.test(text) && !hasControlCharacter(text) && URL.canParse(text);
}

/** Checks whether a text is a domain for `ErrorInfo`: a lower-case name such as `"orders.shop.example"`. */
export function isDomain(text: string): boolean {
  return /^[a-z0-9]([a-z0-9._/-]*[a-z0-9])?$/.test(text);
}

/**
 * Replaces steering characters by `\u{…}`. These change how a terminal or an editor shows a text: control characters, lone
 * surrogates and direction marks.
 */
export function printable(text: string): string {
  return text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Escapes in a string literal the characters that {@link printable} replaces, without changing its value. */
export function escapeSteering(literal: string): string {
  return literal.replace(STEERING, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** All of these characters are in the basic plane, so each is one UTF-16 unit. */
const STEERING = /[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Joins alternatives: `"a, b or c"`. */
export function oneOf(alternatives: readonly string[]): string {
  const last = alternatives.at(-1) ?? "";
  return alternatives.length < 2 ? last : `${alternatives.slice(0, -1).join(", ")} or ${last}`;
}

import { isDeepStrictEqual } from "node:util";
import { isBytes } from "../platform/bytes.js";
import { isObject, isPlain } from "../platform/values.js";
import { Hidden, isAsymmetric, isBranch, keyText, type Lines, labelled, linesOf, shortened } from "./printed.js";

/** Some fields of a value, at any depth. Asymmetric matchers such as `expect.any(String)` can replace values. */
export type DetailPattern<T> =
  | {
      /** Checks whether a value matches. */
      asymmetricMatch(value: unknown): boolean;
    }
  | (T extends readonly (infer Item)[]
      ? readonly DetailPattern<Item>[]
      : T extends Uint8Array | bigint | string | number | boolean | undefined
        ? T
        : { readonly [Field in keyof T]?: DetailPattern<T[Field]> });

/**
 * Checks a pattern before it is compared: no message contains itself.
 *
 * @throws TypeError
 */
export function checkPattern(pattern: unknown, path: readonly (string | number)[] = [], above: unknown[] = []): void {
  if (!isBranch(pattern)) return;
  if (above.includes(pattern)) {
    throw new TypeError(`the expected detail contains itself in ${pathText(path)}; write only the fields to compare`);
  }
  above.push(pattern);
  for (const [key, entry] of Object.entries(pattern)) {
    checkPattern(entry, [...path, isList(pattern) ? Number(key) : key], above);
  }
  above.pop();
}

/** Checks whether two values that are not patterns are equal. */
export type Equals = (received: unknown, expected: unknown) => boolean;

/** Checks whether two values are equal, or whether the second is an asymmetric matcher that accepts the first. */
export function isEqual(received: unknown, expected: unknown): boolean {
  if (isAsymmetric(expected)) return expected.asymmetricMatch(received);
  if (isBytes(received) && isBytes(expected)) return Buffer.compare(received, expected) === 0;
  return isDeepStrictEqual(received, expected);
}

/** Checks whether a value has the fields of a pattern. Lists must have as many entries as the pattern. */
export function matches(received: unknown, pattern: unknown, equals: Equals): boolean {
  if (isList(pattern)) {
    return isList(received) && received.length === pattern.length && pattern.every(matchesEntry);
  }
  if (!isFields(pattern)) return equals(received, pattern);
  return (
    isObject(received) && Object.keys(pattern).every((key) => matches(fieldOf(received, key), pattern[key], equals))
  );

  function matchesEntry(entry: unknown, index: number): boolean {
    return matches(fieldOf(received, index), entry, equals);
  }
}

/** Colors the lines of a difference. By default, they have no colors. */
export interface Colors {
  readonly expected: (line: string) => string;
  readonly received: (line: string) => string;
}

export const NO_COLORS: Colors = { expected: (line) => line, received: (line) => line };

/** The difference between a value and a pattern, line by line, and the paths of the fields that differ. */
export class Difference {
  readonly lines: string[] = [];
  readonly paths: string[] = [];

  constructor(
    private readonly equals: Equals,
    private readonly colors: Colors,
  ) {}

  /** The lines under a heading that says which side has which sign. */
  toString(): string {
    const { expected, received } = this.colors;
    return `${expected("- Expected")}\n${received("+ Received")}\n\n${this.lines.join("\n")}`;
  }

  /**
   * Compares a value with a pattern and adds the lines.
   *
   * @param shown the value as it may be printed
   */
  compare(label: string, received: unknown, pattern: unknown, shown: unknown, path: readonly (string | number)[] = []) {
    const indent = "  ".repeat(path.length);
    if (matches(received, pattern, this.equals)) {
      this.#same(indent, labelled(label, linesOf(selected(shown, pattern))));
    } else if (isList(pattern) && isList(received) && isList(shown)) {
      this.#same(indent, [`${label}[`]);
      for (let index = 0; index < Math.max(pattern.length, received.length); index++) {
        const at = [...path, index];
        const entry = fieldOf(shown, index);
        if (index >= pattern.length) this.received("", entry, at);
        else if (index >= received.length) this.expected("", pattern[index], at);
        else this.compare("", received[index], pattern[index], entry, at);
      }
      this.#same(indent, ["]"]);
    } else if (isFields(pattern) && isBranch(received) && isBranch(shown)) {
      this.#same(indent, [`${label}{`]);
      for (const key of Object.keys(pattern)) {
        const field = fieldOf(received, key);
        this.compare(`${keyText(key)}: `, field, pattern[key], fieldOf(shown, key), [...path, key]);
      }
      this.#same(indent, ["}"]);
    } else {
      this.paths.push(pathText(path));
      this.#add("- ", indent, labelled(label, linesOf(pattern)), this.colors.expected);
      this.#add("+ ", indent, labelled(label, linesOf(shown)), this.colors.received);
    }
  }

  /** Adds a value that is expected and was not received. */
  expected(label: string, value: unknown, path: readonly (string | number)[] = []): void {
    this.paths.push(pathText(path));
    this.#add("- ", "  ".repeat(path.length), labelled(label, linesOf(value)), this.colors.expected);
  }

  /** Adds a value that was received and is not expected. */
  received(label: string, value: unknown, path: readonly (string | number)[] = []): void {
    this.paths.push(pathText(path));
    this.#add("+ ", "  ".repeat(path.length), labelled(label, linesOf(value)), this.colors.received);
  }

  /** Adds a value that is only shown. */
  context(label: string, value: unknown): void {
    this.#same("", labelled(label, linesOf(value)));
  }

  #same(indent: string, lines: Lines): void {
    this.#add("  ", indent, lines, (line) => line);
  }

  #add(sign: string, indent: string, lines: Lines, color: (line: string) => string): void {
    const more = lines.length - MOST_LINES;
    const shown = more > 0 ? [...lines.slice(0, MOST_LINES), `… (${more} more lines)`] : lines;
    for (const line of shown) this.lines.push(color(sign + indent + shortened(line, WIDEST)));
  }
}

/** The most lines of one value, and the most characters of a line. A detail may have megabytes. */
const MOST_LINES = 200;
const WIDEST = 1000;

/** Returns the path of a field: `fieldViolations[1].localizedMessage`. */
function pathText([first = "", ...rest]: readonly (string | number)[]): string {
  return `${first}${rest.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("")}`;
}

/** Returns the fields of a value that a pattern has. */
function selected(value: unknown, pattern: unknown): unknown {
  if (isList(pattern) && isList(value)) return value.map((entry, index) => selected(entry, pattern[index]));
  if (!isFields(pattern) || !isBranch(value)) return value;
  return Object.fromEntries(Object.keys(pattern).map((key) => [key, selected(fieldOf(value, key), pattern[key])]));
}

/**
 * Returns a value as it may be printed: with `[redacted]` wherever its JSON has it.
 *
 * @param json the value as `toJSON` of its error shows it, which hides secrets and is bounded in size
 */
export function shownAs(value: unknown, json: unknown): unknown {
  if (json === REDACTED && value !== REDACTED) return new Hidden(REDACTED);
  if (!isBranch(value)) return value;
  if (!isObject(json)) return json === undefined ? new Hidden("…") : new Hidden(String(json));
  if (isList(value)) return value.map((entry, index) => shownAs(entry, fieldOf(json, index)));
  return Object.fromEntries(
    Object.keys(value).map((key) => {
      const field = fieldOf(value, key);
      return [key, field === undefined ? undefined : shownAs(field, fieldOf(json, key))];
    }),
  );
}

/** Stands for a hidden value. */
const REDACTED = "[redacted]";

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isFields(pattern: unknown): pattern is Readonly<Record<string, unknown>> {
  return isObject(pattern) && isPlain(pattern) && isBranch(pattern);
}

function fieldOf(value: unknown, key: string | number): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}

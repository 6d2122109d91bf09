import { inspect } from "node:util";
import { isBytes } from "../platform/bytes.js";
import { attempt, isError, isLong, isObject } from "../platform/values.js";

/** Stands for a value that is not shown. It prints as its text, without quotes. */
export class Hidden {
  constructor(readonly text: string) {}
}

/** An asymmetric matcher of Jest, Vitest and others, such as `expect.any(String)`. */
export interface AsymmetricMatcher {
  asymmetricMatch(value: unknown): boolean;
}

/** Checks whether a value is an asymmetric matcher. */
export function isAsymmetric(value: unknown): value is AsymmetricMatcher {
  return isObject(value) && "asymmetricMatch" in value && typeof value.asymmetricMatch === "function";
}

/** The lines of a printed value. All but the first are indented. */
export type Lines = readonly string[];

/** The widest object that is printed on one line, in characters. */
const ONE_LINE = 60;

/** Returns a value as lines of text, in the style of JavaScript: `{ stream: "x", revision: 5n }`. */
export function linesOf(value: unknown, depth = 0): Lines {
  if (!isBranch(value)) return [leafText(value)];
  if (depth >= 16) return ["…"];
  const isList = Array.isArray(value);
  const entries = isList ? value.map((item) => ["", item] as const) : Object.entries(value).map(entryOf);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return [open + close];
  const printed = entries.map(([key, entry]) => labelled(key, linesOf(entry, depth + 1)));
  const text = printed.map((lines) => lines.join("")).join(", ");
  if (printed.every(({ length }) => length === 1) && text.length <= ONE_LINE) {
    return [isList ? `[${text}]` : `{ ${text} }`];
  }
  return [open, ...printed.flat().map((line) => `  ${line}`), close];
}

function entryOf([key, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [`${keyText(key)}: `, value];
}

/** Returns the text of a key, in quotes unless it is a name or the full name of a type. */
export function keyText(key: string): string {
  return /^[\w$.]+$/.test(key) ? key : JSON.stringify(key);
}

/** Puts a label before the first line. */
export function labelled(label: string, [first = "", ...rest]: Lines): Lines {
  return [label + first, ...rest];
}

/** Checks whether a value has entries of its own to print. */
export function isBranch(value: unknown): value is Readonly<Record<string, unknown>> | readonly unknown[] {
  if (!isObject(value) || value instanceof Hidden || isAsymmetric(value)) return false;
  return !(isBytes(value) || isLong(value) || value instanceof Date || isError(value) || isCollection(value));
}

function isCollection(value: object): boolean {
  return value instanceof Map || value instanceof Set || value instanceof RegExp;
}

function leafText(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Hidden) return value.text;
  if (isBytes(value)) return `bytes ${Buffer.from(value).toString("hex") || "of length 0"}`;
  if (isAsymmetric(value)) return asymmetricText(value);
  if (isLong(value)) return String(value);
  return shortText(value);
}

function asymmetricText(value: AsymmetricMatcher): string {
  const { toAsymmetricMatcher, sample } = value as { toAsymmetricMatcher?: unknown; sample?: unknown };
  const own = attempt(() =>
    typeof toAsymmetricMatcher === "function" ? String(toAsymmetricMatcher.call(value)) : undefined,
  );
  if (own !== undefined) return own;
  const name = String(value);
  return sample === undefined ? name : `${name} ${isBranch(sample) ? linesOf(sample).join(" ") : shortText(sample)}`;
}

/** The most characters of a value in a sentence. */
const SHORT = 400;

/** Returns a value as text for a sentence: `[TypeError: no]`, `"x"`, `{ index: 0 }`. Never throws. */
export function shortText(value: unknown): string {
  const text =
    attempt(() => {
      if (typeof value === "string") return JSON.stringify(value);
      if (isError(value)) return `[${String(value)}]`;
      return inspect(value, { depth: 2, breakLength: Number.POSITIVE_INFINITY, maxStringLength: SHORT });
    }) ?? "an unreadable value";
  return shortened(text);
}

/** Returns a text, cut to a number of characters. By default, to those of a value in a sentence. */
export function shortened(text: string, most: number = SHORT): string {
  return text.length > most ? `${text.slice(0, most)}… (${text.length - most} more characters)` : text;
}

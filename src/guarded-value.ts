import { isLong } from "./long.js";

// Values of users and of peers: a getter, a trap of a Proxy or a method of theirs may throw.

/** Looks at a value. Nothing if that throws. */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Tells whether a value is an error. A Proxy that cannot be looked at is none. Never throws. */
export function isErrorValue(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** The type of an object as `Object.prototype.toString` has it: `"[object Array]"`. Never throws. */
export function tagOf(value: object): string {
  return attempt(() => Object.prototype.toString.call(value).slice(0, MOST)) ?? "[unreadable]";
}

/** The text of a string, a number, a bigint, a boolean or one of them in an object; nothing for any other value. Never throws. */
export function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return attempt(() => (value instanceof String || isLong(value) ? String(value) : undefined));
    default:
      return undefined;
  }
}

/** A value in a few words, for a message about it. Never throws. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > MOST ? `${value.slice(0, MOST)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value).slice(0, MOST);
  return tagOf(value);
}

/** The characters of a value that stand in a message. */
const MOST = 80;

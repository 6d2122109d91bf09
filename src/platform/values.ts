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

/** A 64-bit integer of the library long, which protobufjs and `@grpc/proto-loader` use. */
interface Long {
  readonly __isLong__: true;
  toString(): string;
}

/** Tells whether a value is a {@link Long}, of whichever copy of the library. */
export function isLong(value: unknown): value is Long {
  return typeof value === "object" && value !== null && "__isLong__" in value && typeof value.toString === "function";
}

/** What a thrown value says: the message of an error, else the value as text. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    const value: unknown = isErrorValue(thrown) ? thrown.message : thrown;
    // The text of a list has that of every entry, and a list may stand in itself many times.
    const isList = Array.isArray(value) || ArrayBuffer.isView(value);
    return isList ? tagOf(value) : String(value);
  } catch {
    return "something was thrown that has no text";
  }
}

/**
 * Tells an error, of whichever realm: under a test runner that gives each file a
 * world of its own, Node's errors are not of the `Error` that code sees there.
 *
 * @throws whatever a Proxy throws
 */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  return typeof value === "object" && value !== null && TAG.test(Object.prototype.toString.call(value));
}

const TAG = /^\[object (Error|DOMException)\]$/;

/** Tells a promise, or anything that can be waited for like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

// Values from users and peers. A getter, a trap of a Proxy or a method of such a value may throw.

/** Returns what `look` returns, or `undefined` if it throws. */
export function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** Checks whether a value is an object, an array included. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Checks whether an object is written as a literal, so that it has no members but its own. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // The namespace of a module has no prototype either, but a tag. It may export anything.
  return prototype === Object.prototype || (prototype === null && !(Symbol.toStringTag in value));
}

/** Checks whether a value is an error of this realm. Returns `false` for a Proxy that throws. Never throws. */
export function isErrorValue(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/**
 * Checks whether a value is an error of any realm. Some test runners run each file in a realm of its own, where
 * Node's errors are not instances of the global `Error`.
 *
 * @throws whatever a Proxy throws
 */
export function isError(value: unknown): value is Error {
  return value instanceof Error || (isObject(value) && ERROR_TAG.test(Object.prototype.toString.call(value)));
}

const ERROR_TAG = /^\[object (Error|DOMException)\]$/;

/** Checks whether a value is a promise, or has a `then` like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && "then" in value && typeof value.then === "function";
}

/** Calls a hook of the program, which may be async. Ignores whatever it throws or rejects with. */
export function callHook(hook: () => unknown): void {
  attempt(() => {
    const returned = hook();
    if (isThenable(returned)) returned.then(undefined, () => {});
  });
}

/** Returns the cause of an error. Never throws. */
export function causeOf(error: Error): unknown {
  return attempt(() => error.cause);
}

/** A 64-bit integer of the library long, which protobufjs and `@grpc/proto-loader` use. */
interface Long {
  readonly __isLong__: true;
  toString(): string;
}

/** Checks whether a value is a {@link Long} of any copy of the library. */
export function isLong(value: unknown): value is Long {
  return isObject(value) && "__isLong__" in value && typeof value.toString === "function";
}

/** Returns the tag of an object: `"[object Array]"`. Never throws. */
export function tagOf(value: object): string {
  return attempt(() => Object.prototype.toString.call(value).slice(0, MOST)) ?? "[unreadable]";
}

/**
 * Returns the text of a string, a number, a bigint, a boolean, a `String` or a {@link Long}, and `undefined` for any
 * other value. Never throws.
 */
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

/** Returns the message of an error, or any other value as text. Never throws. */
export function thrownText(thrown: unknown): string {
  try {
    const value: unknown = isErrorValue(thrown) ? thrown.message : thrown;
    // The text of a list contains that of every entry, and a list may contain itself many times.
    const isList = Array.isArray(value) || ArrayBuffer.isView(value);
    return isList ? tagOf(value) : String(value);
  } catch {
    return "a value without text was thrown";
  }
}

/**
 * Describes a value for a message: `"x"`, `5`, `null`, `a function`, `an array`, `an object`, `an instance of Map`, or the time of a Date.
 * Shows nothing else of an object, because its content may be secret. Never throws.
 */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "bigint") return `${value}n`.slice(0, MOST);
  if (typeof value === "function") return "a function";
  if (!isObject(value)) return String(value).slice(0, MOST);
  return attempt(() => describeObject(value)) ?? "[unreadable]";
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return "an array";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  const prototype: { readonly constructor?: { readonly name?: unknown } } | null = Object.getPrototypeOf(value);
  const name = prototype?.constructor?.name;
  if (typeof name !== "string" || name === "" || name === "Object") return "an object";
  return `an instance of ${name.slice(0, MOST)}`;
}

/** Returns a text in quotes, cut to 80 characters. */
export function quote(text: string): string {
  return JSON.stringify(text.length > MOST ? `${text.slice(0, MOST)}…` : text);
}

/** The most characters of a value in a message. */
const MOST = 80;

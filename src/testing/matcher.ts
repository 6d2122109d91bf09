import { codeName } from "../code.js";
import type { Definition } from "../definition.js";
import { RichError } from "../rich-error.js";

/** A class of errors: `RichError`, the base class of an enum or the class of one declared error. */
export interface RichErrorClass<E extends RichError = RichError> {
  readonly name: string;
  readonly definition: Definition | undefined;
  readonly prototype: E;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Some of a detail's fields, at any depth. Asymmetric matchers can stand for values. */
export type DetailPattern<T> = T extends readonly (infer Item)[]
  ? readonly DetailPattern<Item>[]
  : T extends Uint8Array | bigint | string | number | boolean | undefined
    ? T
    : { readonly [Field in keyof T]?: DetailPattern<T[Field]> };

/** What a matcher is given by Vitest and by Jest. */
export interface MatcherContext {
  readonly isNot?: boolean;
  equals(a: unknown, b: unknown): boolean;
  readonly utils: {
    diff(expected: unknown, received: unknown): string | null | undefined;
    stringify(value: unknown): string;
  };
}

/** What a matcher answers to Vitest and to Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/**
 * The matcher `toBeRichError(class, detail?)`: the value is an error of the
 * class, and its detail has the given fields.
 *
 * `grpc-rich-errors/vitest` registers it. With Jest: `expect.extend({ toBeRichError })`.
 *
 * ```ts
 * await expect(streams.read({ stream: "x" })).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
 * ```
 */
export function toBeRichError(
  this: MatcherContext,
  received: unknown,
  expected: RichErrorClass = RichError,
  detail?: unknown,
): MatcherResult {
  const error = received instanceof RichError ? received : undefined;
  const found = select(error?.detail, detail);
  const pass = received instanceof expected && (detail === undefined || this.equals(found, detail));
  const fields = detail === undefined ? "" : ` with ${this.utils.stringify(detail)}`;
  return {
    pass,
    message: () => {
      if (pass) return `expected anything but ${article(expected.name)}${fields}, and got one: ${error?.message}`;
      if (!error) return `expected ${article(expected.name)}${fields}, and got ${this.utils.stringify(received)}`;
      // Of another error all is shown; of the right one only what was asked for.
      const right = received instanceof expected;
      const shown = right ? found : error.detail;
      const wanted = right
        ? describe(error)
        : { ...identityOf(expected.definition ?? error.definition), class: expected.name };
      const difference = this.utils.diff(
        detail === undefined ? wanted : { ...wanted, detail },
        detail === undefined ? describe(error) : { ...describe(error), detail: shown },
      );
      return `expected ${article(expected.name)}, and got: ${error.message}\n\n${difference ?? ""}`;
    },
  };
}

function article(name: string): string {
  return `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}

function describe(error: RichError): object {
  return { class: error.name, ...identityOf(error) };
}

function identityOf(from: Definition | RichError | undefined): object {
  return from ? { code: codeName(from.code), reason: from.reason, domain: from.domain } : {};
}

/** What a value has of the fields in a pattern, so that a diff shows no others. */
function select(value: unknown, pattern: unknown): unknown {
  if (Array.isArray(pattern) && Array.isArray(value)) {
    return value.map((item, index) => select(item, pattern[index]));
  }
  if (!isFields(pattern) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(pattern).map((field) => [field, select(Reflect.get(value, field), pattern[field])]),
  );
}

function isFields(pattern: unknown): pattern is Record<string, unknown> {
  if (typeof pattern !== "object" || pattern === null) return false;
  const prototype: unknown = Object.getPrototypeOf(pattern);
  return prototype === Object.prototype || prototype === null;
}

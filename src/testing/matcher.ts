import { codeName } from "../code.js";
import type { Definition } from "../definition.js";
import { RichError } from "../rich-error.js";

/** A class of errors: `RichError`, the base class of an enum, or the class of a declared error. */
export interface RichErrorClass<E extends RichError = RichError> {
  readonly name: string;
  readonly definition: Definition | undefined;
  readonly prototype: E;
  [Symbol.hasInstance](value: unknown): boolean;
}

/** Some fields of a detail, at any depth. Asymmetric matchers such as `expect.any(String)` can replace values. */
export type DetailPattern<T> = T extends readonly (infer Item)[]
  ? readonly DetailPattern<Item>[]
  : T extends Uint8Array | bigint | string | number | boolean | undefined
    ? T
    : { readonly [Field in keyof T]?: DetailPattern<T[Field]> };

/** The `this` of a matcher in Vitest and Jest. */
export interface MatcherContext {
  readonly isNot?: boolean;
  equals(a: unknown, b: unknown): boolean;
  readonly utils: {
    diff(expected: unknown, received: unknown): string | null | undefined;
    stringify(value: unknown): string;
  };
}

/** The result of a matcher in Vitest and Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/**
 * The matcher `toBeRichError(class?, detail?)`. It passes if the value is an error of the class and its detail has the
 * given fields:
 *
 * ```ts
 * await expect(streams.read({ stream: "x" })).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
 * ```
 *
 * By default, it accepts any RichError with any detail. For Vitest, import `grpc-rich-errors/vitest`. For Jest, call
 * `expect.extend({ toBeRichError })`.
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
      if (pass) return `expected no ${expected.name}${fields}, but got one: ${error?.message}`;
      if (!error) return `expected ${article(expected.name)}${fields}, but got ${this.utils.stringify(received)}`;
      // An error of the class differs in its detail, so only the fields in question are shown.
      const isOfClass = received instanceof expected;
      const shown = isOfClass ? found : error.detail;
      const wanted = isOfClass
        ? describe(error)
        : { ...identityOf(expected.definition ?? error.definition), class: expected.name };
      const difference = this.utils.diff(
        detail === undefined ? wanted : { ...wanted, detail },
        detail === undefined ? describe(error) : { ...describe(error), detail: shown },
      );
      return `expected ${article(expected.name)}, but got: ${error.message}\n\n${difference ?? ""}`;
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

/** Selects the fields of a value that are in a pattern, so that a diff shows no others. */
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

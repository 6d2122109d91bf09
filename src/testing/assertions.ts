/**
 * Matchers and helpers for tests. For Vitest, import `grpc-rich-errors/vitest`, and for Jest `grpc-rich-errors/jest`, which
 * register the matchers.
 *
 * @packageDocumentation
 */
import type { Metadata } from "@grpc/grpc-js";
import { codeName } from "../code.js";
import type { Definition } from "../definition.js";
import { checkReadOptions, type ReadOptions, receivePacked } from "../error/receive.js";
import type { IssueKind } from "../issue.js";
import { isBytes } from "../platform/bytes.js";
import { errorOf, RichError } from "../rich-error.js";
import { TRAILER } from "../status/trailer.js";

export { configure, type TestingOptions } from "./configure.js";

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
 * By default, it accepts any RichError with any detail. For Vitest, import `grpc-rich-errors/vitest`, and for Jest
 * `grpc-rich-errors/jest`. For any other `expect` like Jest's, call `expect.extend({ toBeRichError })`.
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

/**
 * Reads the trailer `grpc-status-details-bin` as `unpack` does, but throws if it has issues:
 *
 * ```ts
 * expect(unpackTrailer(status.metadata, { catalogs: [catalog] }).standardDetails.retryDelay).toBe(1000);
 * ```
 *
 * Issues about a type or a reason that no catalog has, and about parts that did not fit, are accepted. So you need no
 * catalogs to look at standard details.
 *
 * @param trailer metadata with the trailer, its bytes, or its bytes in base64 as on the wire
 * @throws TypeError with all issues, if there is not exactly one trailer, or if an option is unknown
 */
export function unpackTrailer(trailer: Metadata | Uint8Array | string, options?: ReadOptions): RichError {
  checkReadOptions("unpackTrailer", options);
  const { catalogs = [] } = options ?? {};
  const error = errorOf(receivePacked(bytesOf(trailer), catalogs));
  const issues = error.issues.filter(({ kind }) => !ACCEPTED.has(kind));
  if (issues.length > 0) {
    throw new TypeError(`${TRAILER}: ${issues.map(({ kind, message }) => `${kind}: ${message}`).join("; ")}`);
  }
  return error;
}

const ACCEPTED: ReadonlySet<IssueKind> = new Set(["unknown-type", "unknown-reason", "shed"]);

function bytesOf(trailer: Metadata | Uint8Array | string): Uint8Array {
  if (typeof trailer === "string") return fromBase64(trailer);
  if (isBytes(trailer)) return trailer;
  const values = trailer.get(TRAILER);
  const [value] = values;
  if (value === undefined) throw new TypeError(`the metadata has no ${TRAILER}; its keys: ${keysOf(trailer)}`);
  if (values.length > 1) throw new TypeError(`the metadata has ${values.length} values of ${TRAILER}; send only one`);
  if (typeof value === "string") throw new TypeError(`${TRAILER} is a string; set it to a Buffer`);
  return value;
}

function keysOf(metadata: Metadata): string {
  return Object.keys(metadata.getMap()).join(", ") || "none";
}

/** Base64 as gRPC has it on the wire, with or without padding. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function fromBase64(text: string): Uint8Array {
  if (!BASE64.test(text)) throw new TypeError(`${TRAILER} is not base64: ${JSON.stringify(text.slice(0, 40))}`);
  return Buffer.from(text, "base64");
}

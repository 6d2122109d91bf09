import { Code } from "../../code.js";
import { StandardDetails } from "../../detail/standard-details.js";
import { RichError } from "../../rich-error.js";
import type { ErrorMapping } from "../error-map.js";

/** One thing that is wrong with a request, as some validator says it. */
interface Finding {
  /** The way to the field, from the request on. */
  readonly path: readonly PropertyKey[] | string;
  readonly description: string;
  /** The validator's name for the rule that is broken. */
  readonly rule: string;
}

/** More would not fit into any header block, and take time all the same. */
const MOST = 1000;

/** What is wrong with a request, as violations of fields. */
function violationsOf(findings: Iterable<Finding>): StandardDetails {
  const details = new StandardDetails();
  let left = MOST;
  for (const { path, description, rule } of findings) {
    if (left-- === 0) break;
    const field = typeof path === "string" ? path : fieldPath(path);
    details.addFieldViolation(field, description, { reason: reasonOf(rule) });
  }
  return details;
}

/** What a client gets for a request that a validator refused. */
function invalidRequest(errorDetails: StandardDetails, cause: unknown): RichError {
  return new RichError(Code.INVALID_ARGUMENT, "the request is not valid", { errorDetails, cause });
}

/** A path as `BadRequest` has it: `items[3].count`, with keys that are no names in quotes: `prices["a b"]`. */
function fieldPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (typeof part === "string" && NAME.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}

const NAME = /^[A-Za-z_$][\w$]*$/;

/** A rule's name as AIP-193 wants reasons: `STRING_MIN_LEN`. */
function reasonOf(rule: string): string {
  return rule
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63);
}

/** An error of zod, of version 3 or 4, as far as it is read here. */
export interface ZodErrorLike extends Error {
  readonly issues: readonly ZodIssueLike[];
}

/** One issue of an error of zod. */
export interface ZodIssueLike {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The keys that an object should not have. */
  readonly keys?: readonly string[];
  /** What is wrong with one key of a record, or with one element. */
  readonly issues?: readonly ZodIssueLike[];
}

/**
 * What errors of zod become: `INVALID_ARGUMENT` with a violation for each issue.
 *
 * For servers that check requests with zod, and nothing else: whatever fails to
 * parse is blamed on the client, and its issues are shown to the client.
 */
export const zodErrors: readonly [ErrorMapping<ZodErrorLike>] = [
  [isZodError, (error) => invalidRequest(zodViolations(error), error)],
];

/** Tells an error of zod, whichever copy of it made the error. */
export function isZodError(thrown: unknown): thrown is ZodErrorLike {
  if (!(thrown instanceof Error) || (thrown.name !== "ZodError" && thrown.name !== "$ZodError")) return false;
  return "issues" in thrown && Array.isArray(thrown.issues);
}

/**
 * The issues of an error of zod as violations, for an error of your own:
 *
 * ```ts
 * [isZodError, (error) => new OrderRejectedError({ orderId }, { errorDetails: zodViolations(error) })]
 * ```
 */
export function zodViolations({ issues }: ZodErrorLike): StandardDetails {
  return violationsOf(findingsOf(issues, []));
}

function* findingsOf(issues: readonly ZodIssueLike[], above: readonly PropertyKey[]): Iterable<Finding> {
  for (const { code = "", path: below, message: description, keys, issues: inner } of issues) {
    const path = [...above, ...below];
    if (keys) for (const key of keys) yield { path: [...path, key], description, rule: code };
    else if (inner && inner.length > 0) yield* findingsOf(inner, path);
    else yield { path, description, rule: code };
  }
}

/** An error of `@bufbuild/protovalidate`, as far as it is read here. */
export interface ProtovalidateErrorLike extends Error {
  readonly violations: readonly ProtovalidateViolationLike[];
}

/** One violation of an error of `@bufbuild/protovalidate`. */
export interface ProtovalidateViolationLike {
  readonly message: string;
  readonly ruleId: string;
  readonly field: readonly ProtovalidatePathLike[];
}

/** One step of the way to a field. */
export type ProtovalidatePathLike =
  | { readonly kind: "field" | "oneof"; readonly name: string }
  | { readonly kind: "extension"; readonly typeName: string }
  | { readonly kind: "list_sub"; readonly index: number }
  | { readonly kind: "map_sub"; readonly key: string | number | bigint | boolean };

/**
 * What errors of `@bufbuild/protovalidate` become: `INVALID_ARGUMENT` with a
 * violation for each of theirs. A rule that cannot be compiled or run is no
 * fault of the client's and stays masked.
 */
export const protovalidateErrors: readonly [ErrorMapping<ProtovalidateErrorLike>] = [
  [isProtovalidateError, (error) => invalidRequest(protovalidateViolations(error), error)],
];

/** Tells an error of `@bufbuild/protovalidate`, whichever copy of it made the error. */
export function isProtovalidateError(thrown: unknown): thrown is ProtovalidateErrorLike {
  if (!(thrown instanceof Error) || thrown.name !== "ValidationError" || !("violations" in thrown)) return false;
  const { violations } = thrown;
  return Array.isArray(violations) && violations.every(isViolation);
}

/** Other libraries have a `ValidationError` too. */
function isViolation(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "ruleId" in value && "field" in value && Array.isArray(value.field);
}

/** The violations of an error of `@bufbuild/protovalidate`, for an error of your own. */
export function protovalidateViolations({ violations }: ProtovalidateErrorLike): StandardDetails {
  return violationsOf(violations.map(findingOf));
}

function findingOf({ message, ruleId, field }: ProtovalidateViolationLike): Finding {
  return { path: field.map(textOf).join("").replace(/^\./, ""), description: message || ruleId, rule: ruleId };
}

/** As protovalidate writes paths itself: `items[3].count`, `prices["a b"]`. */
function textOf(step: ProtovalidatePathLike): string {
  switch (step.kind) {
    case "field":
    case "oneof":
      return `.${step.name}`;
    case "extension":
      return `[${step.typeName}]`;
    case "list_sub":
      return `[${step.index}]`;
    case "map_sub":
      return `[${typeof step.key === "string" ? JSON.stringify(step.key) : step.key}]`;
  }
}

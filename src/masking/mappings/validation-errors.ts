import { Code } from "../../code.js";
import { StandardDetails } from "../../detail/collected-details.js";
import { isObject } from "../../platform/values.js";
import { RichError } from "../../rich-error.js";
import type { ErrorMapping } from "../error-map.js";

/** One mistake in a request, from any validator. */
interface Finding {
  /** The path from the request to the field. */
  readonly path: readonly PropertyKey[] | string;
  readonly description: string;
  /** The validator's name of the broken rule. */
  readonly rule: string;
}

/** No header block has room for more. */
const MAX_VIOLATIONS = 1000;

/** Returns the findings as field violations of a BadRequest. */
function violationsOf(findings: Iterable<Finding>): StandardDetails {
  const details = new StandardDetails();
  let left = MAX_VIOLATIONS;
  for (const { path, description, rule } of findings) {
    if (left-- === 0) break;
    const field = typeof path === "string" ? path : fieldPath(path);
    details.addFieldViolation(field, description, { reason: reasonOf(rule) });
  }
  return details;
}

/** Returns the error for a request that a validator rejected. */
function invalidRequest(errorDetails: StandardDetails, cause: unknown): RichError {
  return new RichError(Code.INVALID_ARGUMENT, "the request is not valid", { errorDetails, cause });
}

/** Returns a path as `BadRequest` spells it: `items[3].count`, or `prices["a b"]` for a key that is not a name. */
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

/** Returns a rule's name in the form that AIP-193 requires of reasons: `STRING_MIN_LEN`. */
function reasonOf(rule: string): string {
  return rule
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63);
}

/** The properties of a ZodError, of zod 3 or 4, that this package reads. */
export interface ZodErrorLike extends Error {
  readonly issues: readonly ZodIssueLike[];
}

/** One issue of a {@link ZodErrorLike}. */
export interface ZodIssueLike {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The unexpected keys of an object. */
  readonly keys?: readonly string[];
  /** The issues of one key of a record, or of one element. */
  readonly issues?: readonly ZodIssueLike[];
}

/**
 * An entry that maps a ZodError to `INVALID_ARGUMENT` with a field violation for each issue.
 *
 * Use it only if your server parses nothing but requests with zod. It blames the client
 * for every failed parse, and shows the client the issues.
 */
export const zodErrors: readonly [ErrorMapping<ZodErrorLike>] = [
  [isZodError, (error) => invalidRequest(zodViolations(error), error)],
];

/** Checks whether a value is a ZodError, from any copy of zod. */
export function isZodError(thrown: unknown): thrown is ZodErrorLike {
  if (!(thrown instanceof Error) || (thrown.name !== "ZodError" && thrown.name !== "$ZodError")) return false;
  return "issues" in thrown && Array.isArray(thrown.issues);
}

/**
 * Returns the issues of a ZodError as field violations, for an error class of your own:
 *
 * ```ts
 * [isZodError, (error) => new OrderRejectedError({ orderId }, { errorDetails: zodViolations(error) })]
 * ```
 */
export function zodViolations(error: ZodErrorLike): StandardDetails {
  return violationsOf(findingsOf(error.issues, []));
}

function* findingsOf(issues: readonly ZodIssueLike[], above: readonly PropertyKey[]): Iterable<Finding> {
  for (const { code = "", path: below, message: description, keys, issues: inner } of issues) {
    const path = [...above, ...below];
    if (keys) for (const key of keys) yield { path: [...path, key], description, rule: code };
    else if (inner && inner.length > 0) yield* findingsOf(inner, path);
    else yield { path, description, rule: code };
  }
}

/** The properties of a `ValidationError` of `@bufbuild/protovalidate` that this package reads. */
export interface ProtovalidateErrorLike extends Error {
  readonly violations: readonly ProtovalidateViolationLike[];
}

/** One violation of a {@link ProtovalidateErrorLike}. */
export interface ProtovalidateViolationLike {
  readonly message: string;
  readonly ruleId: string;
  readonly field: readonly ProtovalidatePathLike[];
}

/** One step of the path to a field. */
export type ProtovalidatePathLike =
  | { readonly kind: "field" | "oneof"; readonly name: string }
  | { readonly kind: "extension"; readonly typeName: string }
  | { readonly kind: "list_sub"; readonly index: number }
  | { readonly kind: "map_sub"; readonly key: string | number | bigint | boolean };

/**
 * An entry that maps a `ValidationError` of `@bufbuild/protovalidate` to `INVALID_ARGUMENT`
 * with a field violation for each of its own. The errors of rules that do not compile or
 * run stay masked, because they are not the client's fault.
 */
export const protovalidateErrors: readonly [ErrorMapping<ProtovalidateErrorLike>] = [
  [isProtovalidateError, (error) => invalidRequest(protovalidateViolations(error), error)],
];

/** Checks whether a value is a `ValidationError` of any copy of `@bufbuild/protovalidate`. */
export function isProtovalidateError(thrown: unknown): thrown is ProtovalidateErrorLike {
  if (!(thrown instanceof Error) || thrown.name !== "ValidationError" || !("violations" in thrown)) return false;
  const { violations } = thrown;
  return Array.isArray(violations) && violations.every(isViolation);
}

/** Other libraries also have a class `ValidationError`. */
function isViolation(value: unknown): boolean {
  if (!isObject(value)) return false;
  return "ruleId" in value && "field" in value && Array.isArray(value.field);
}

/** Returns the violations of a `ValidationError` as field violations, for an error class of your own. */
export function protovalidateViolations(error: ProtovalidateErrorLike): StandardDetails {
  return violationsOf(error.violations.map(findingOf));
}

function findingOf({ message, ruleId, field }: ProtovalidateViolationLike): Finding {
  return { path: field.map(pathText).join("").replace(/^\./, ""), description: message || ruleId, rule: ruleId };
}

/** Returns a step as protovalidate itself writes it in a path: `items[3].count`, `prices["a b"]`. */
function pathText(step: ProtovalidatePathLike): string {
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

/** The properties of a `ValidationError` of class-validator that this package reads. */
export interface ClassValidatorErrorLike {
  readonly property: string;
  /** The messages, by the names of the broken constraints. */
  readonly constraints?: Readonly<Record<string, string>>;
  /** The errors of the elements or the properties of this one. */
  readonly children?: readonly ClassValidatorErrorLike[];
}

/** Returns the errors of class-validator's `validate` as field violations: one for each broken constraint. */
export function classValidatorViolations(errors: readonly ClassValidatorErrorLike[]): StandardDetails {
  return violationsOf(brokenConstraints(errors, []));
}

function* brokenConstraints(
  errors: readonly ClassValidatorErrorLike[],
  above: readonly PropertyKey[],
): Iterable<Finding> {
  for (const { property, constraints = {}, children = [] } of errors) {
    // class-validator names the elements of an array by their index.
    const path = [...above, /^\d+$/.test(property) ? Number(property) : property];
    for (const [name, description] of Object.entries(constraints)) {
      yield { path, description, rule: name.replace(/([a-z0-9])([A-Z])/g, "$1_$2") };
    }
    yield* brokenConstraints(children, path);
  }
}

import type { StandardDetails } from "../../detail/standard-details.js";
import type { ErrorMapping } from "../error-map.js";
import { type Finding, invalidRequest, violationsOf } from "./invalid-request.js";

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

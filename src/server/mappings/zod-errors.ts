import type { StandardDetails } from "../../detail/standard-details.js";
import type { ErrorMapping } from "../error-map.js";
import { type Finding, invalidRequest, violationsOf } from "./invalid-request.js";

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

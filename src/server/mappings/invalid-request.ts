import { Code } from "../../code.js";
import { StandardDetails } from "../../detail/standard-details.js";
import { RichError } from "../../rich-error.js";

/** One thing that is wrong with a request, as some validator says it. */
export interface Finding {
  /** The way to the field, from the request on. */
  readonly path: readonly PropertyKey[] | string;
  readonly description: string;
  /** The validator's name for the rule that is broken. */
  readonly rule: string;
}

/** More would not fit into any header block, and take time all the same. */
const MOST = 1000;

/** What is wrong with a request, as violations of fields. */
export function violationsOf(findings: Iterable<Finding>): StandardDetails {
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
export function invalidRequest(errorDetails: StandardDetails, cause: unknown): RichError {
  return new RichError(Code.INVALID_ARGUMENT, "the request is not valid", { errorDetails, cause });
}

/** A path as `BadRequest` has it: `items[3].count`, with keys that are no names in quotes: `prices["a b"]`. */
export function fieldPath(path: readonly PropertyKey[]): string {
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

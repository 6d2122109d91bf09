/**
 * Redaction of facts about an occurrence.
 *
 * @packageDocumentation
 */

import { SHED } from "../detail/error-info.js";
import { describeValue, quote } from "../platform/values.js";
import { FieldRedaction } from "./field-redaction.js";

/**
 * Redacts facts of errors by their keys in the option `info`, which are the keys of `ErrorInfo.metadata`:
 *
 * ```ts
 * import { redactInfo } from "grpc-rich-errors/redaction";
 *
 * redactInfo(["account", "user_id"]);
 * ```
 *
 * The facts are treated like fields of details that are marked `debug_redact`:
 *
 * - Printed errors, logs and `toJSON` show `[redacted]` instead of the value.
 * - Trailers and HTTP bodies do not have them, except those for callers that `sendRedacted` names.
 * - `error.info` and `error.errorDetails` have them.
 *
 * It holds for all errors of this process, thrown and received, from the call on: call it when the program starts. It is
 * not an option of a server, because errors are printed where no options are at hand. Further calls add keys. Keys are
 * case-sensitive.
 *
 * @throws TypeError if the keys are not an array of texts, or if one is `code` or `shed`, which clients need to read an error
 */
export function redactInfo(keys: readonly string[]): void {
  const given: unknown = keys;
  if (!Array.isArray(given)) {
    const example = typeof given === "string" ? quote(given) : '"account"';
    throw new TypeError(
      `redactInfo: the keys are ${describeValue(given)}, not an array; write redactInfo([${example}])`,
    );
  }
  for (const [index, key] of given.entries()) checkKey(`redactInfo: keys[${index}] is`, key);
  // The option `info` of an error replaces lone surrogates as well.
  FieldRedaction.addInfoKeys(keys.map((key) => key.toWellFormed()));
}

function checkKey(where: string, key: unknown): void {
  if (typeof key !== "string" || key === "") {
    throw new TypeError(`${where} ${describeValue(key)}; write a key of the option info, such as "account"`);
  }
  const need = NEEDED.get(key);
  if (need !== undefined) throw new TypeError(`${where} ${quote(key)}, ${need}; leave it out`);
}

/** The keys that clients read. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ["code", "by which clients find the class of an error"],
  [SHED, "by which clients see which parts of an error are missing"],
]);

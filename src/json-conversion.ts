import { receiveJson } from "./error/from-json.js";
import { checkReadOptions, type ReadOptions } from "./error/receive.js";
import type { ReceivedContent } from "./error/received-error.js";
import { errorOf, type RichError } from "./rich-error.js";

/**
 * Returns the error that `toJSON` wrote, as an instance of its class if a catalog knows it:
 *
 * ```ts
 * worker.on("message", ({ error }) => report(fromJson(error, { catalogs: [catalog] })));
 * ```
 *
 * Use it for what `JSON.stringify(error)` wrote into a queue, and for `error.toJSON()` that went through
 * `postMessage`, `structuredClone` or `process.send`. Those copy an error itself without its class and its details.
 *
 * - The error has the same code, message, reason, domain, details, issues and causes. Redacted fields stay redacted.
 * - It counts as received, so that a server masks it like any error of another server.
 * - If the details were too large for the JSON, or the value is not of `toJSON`, `issues` says so.
 *
 * Reading the value never throws.
 *
 * @param json the value, parsed
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function fromJson(json: unknown, options?: ReadOptions): RichError {
  checkReadOptions("fromJson", options);
  const make = (content: ReceivedContent) => errorOf(content, new Error());
  return make(receiveJson(json, options?.catalogs ?? [], make));
}

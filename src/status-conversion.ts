import { checkReadOptions, type ReadOptions, receiveStatus } from "./error/receive.js";
import { errorOf, RichError } from "./rich-error.js";
import type { Status } from "./status/status.js";

// These functions also run in a browser, so they stay apart from packing.ts, which imports grpc-js.

/**
 * Returns an error as a `google.rpc.Status`, for a response that holds statuses, such as one for each entry of a batch:
 *
 * ```ts
 * const results = entries.map((entry) => toStatus(checkEntry(entry)));
 * ```
 *
 * Never throws.
 */
export function toStatus(error: RichError): Status {
  const { code, message } = RichError.sendable(error);
  return { code, message, details: error.errorDetails };
}

/**
 * Returns the error of a `google.rpc.Status`, as an instance of its class if a catalog knows it:
 *
 * ```ts
 * const errors = response.statuses.map((status) => fromStatus(status, { catalogs: [catalog] }));
 * ```
 *
 * Problems with the status become entries of `error.issues`. Reading the status never throws.
 *
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function fromStatus(status: Status, options?: ReadOptions): RichError {
  checkReadOptions("fromStatus", options);
  const { catalogs = [] } = options ?? {};
  return errorOf(receiveStatus(status, catalogs));
}

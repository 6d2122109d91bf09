import { checkReadOptions, type ReadOptions, receiveStatus } from "./error/receive.js";
import { errorOf, RichError } from "./rich-error.js";
import type { Status } from "./status/status.js";

/**
 * The error as a `google.rpc.Status`, for statuses that travel inside responses
 * (an answer to a batch has one for each entry). Never throws.
 */
export function toStatus(error: RichError): Status {
  const { code, message } = RichError.sendable(error);
  return { code, message, details: error.errorDetails };
}

/**
 * The error that a `google.rpc.Status` tells of, as an instance of its class if
 * a catalog knows it. Never throws for a status; what is wrong with it is in `issues`.
 *
 * @throws TypeError for an option that is not known
 */
export function fromStatus(status: Status, options?: ReadOptions): RichError {
  checkReadOptions("fromStatus", options);
  const { catalogs = [] } = options ?? {};
  return errorOf(receiveStatus(status, catalogs));
}

import { carry, markTrailer } from "./error/carried-metadata.js";
import { PACK_OPTIONS, type PackOptions } from "./error/error-redaction.js";
import { checkOptions } from "./platform/options.js";
import { attempt } from "./platform/values.js";
import { RichError } from "./rich-error.js";
import { type PackedError, packStatus } from "./status/call-status.js";
import { sendable } from "./status/sendable-metadata.js";

/**
 * Returns an error as a status for grpc-js, for any function that takes one:
 *
 * ```ts
 * callback(packError(new OrderNotFoundError({ orderId: "7" })));
 * ```
 *
 * - The metadata has the error's own trailers and `grpc-status-details-bin`. An existing trailer is replaced.
 * - An error without details gets no trailer.
 * - The metadata of a received error is left out, because it may hold values for this process only.
 * - Redacted fields are left out, unless `sendRedacted` is set. On a server with `richErrorServerInterceptor`, its option of
 *   that name decides.
 *
 * The size is not limited. `richErrorServerInterceptor` recognizes the error and keeps it within its budget. The metadata
 * has every method of grpc-js's `Metadata`, but is not an instance of that class.
 *
 * @throws TypeError if an option is unknown
 */
export function packError(error: RichError, options?: PackOptions): PackedError {
  checkOptions("packError", options, PACK_OPTIONS);
  const { code, message } = RichError.sendable(error);
  const own = error.received ? undefined : attempt(() => RichError.trailersOf(error));
  const trailers = carry(error, own ? Object.entries(sendable(own).metadata.toJSON()) : []);
  const status = packStatus(code, message, RichError.packableOf(error, options).packedDetails, trailers);
  markTrailer(trailers, error);
  return status;
}

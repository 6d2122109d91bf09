import { PACK_OPTIONS, type PackOptions } from "./error/error-redaction.js";
import { checkReadOptions, type ReadOptions, receivePacked, receiveStatus } from "./error/receive.js";
import { checkOptions } from "./platform/options.js";
import { RichError, receivedError } from "./rich-error.js";
import { encodeStatus, type Status } from "./status/trailer.js";

// These functions also run in a browser, so they stay apart from packing.ts, which imports grpc-js.

/**
 * Returns the bytes of the trailer `grpc-status-details-bin`: a `google.rpc.Status` with the code, the message and the
 * details of an error.
 *
 * - Equal errors give equal bytes.
 * - A detail that cannot be packed is left out and becomes an entry of `error.issues`.
 * - Redacted fields are left out, unless `sendRedacted` is set.
 *
 * @throws TypeError if an option is unknown
 * @see https://google.aip.dev/193
 */
export function pack(error: RichError, options?: PackOptions): Uint8Array {
  checkOptions("pack", options, PACK_OPTIONS);
  const { code, message } = RichError.sendable(error);
  return encodeStatus(code, message, RichError.packableOf(error, options).packedDetails);
}

/**
 * Reads the bytes of the trailer `grpc-status-details-bin`:
 *
 * ```ts
 * const error = unpack(bytes, { catalogs: [catalog] });
 * if (error instanceof OrderNotFoundError) console.log(error.detail.orderId);
 * ```
 *
 * If you also have the status of the call, use {@link RichError.from}: it takes the code and the message from the
 * status, because the trailer of a hostile peer can say anything. Problems with the bytes become entries of
 * `error.issues`. Reading the bytes never throws.
 *
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function unpack(trailer: Uint8Array, options?: ReadOptions): RichError {
  checkReadOptions("unpack", options);
  const { catalogs = [] } = options ?? {};
  return receivedError(receivePacked(trailer, catalogs));
}

/**
 * Returns an error as a `google.rpc.Status`, for a response that holds statuses, such as one for each entry of a batch:
 *
 * ```ts
 * const results = entries.map((entry) => toStatus(checkEntry(entry)));
 * ```
 *
 * Redacted fields are left out, unless `sendRedacted` is set.
 *
 * @throws TypeError if an option is unknown
 */
export function toStatus(error: RichError, options?: PackOptions): Status {
  checkOptions("toStatus", options, PACK_OPTIONS);
  const { code, message } = RichError.sendable(error);
  return { code, message, details: RichError.packableOf(error, options).errorDetails };
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
  return receivedError(receiveStatus(status, catalogs));
}

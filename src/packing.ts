import { carry, markTrailer } from "./error/carried-metadata.js";
import { checkReadOptions, type ReadOptions, receivePacked } from "./error/receive.js";
import { attempt } from "./platform/values.js";
import { errorOf, RichError } from "./rich-error.js";
import { sendable } from "./status/sendable-metadata.js";
import { encodeStatus } from "./status/status.js";
import { type PackedError, packStatus } from "./status/trailer.js";

/**
 * Returns the bytes of the trailer `grpc-status-details-bin`: a `google.rpc.Status` with the code, the message and the
 * details of an error.
 *
 * - Equal errors give equal bytes.
 * - A detail that cannot be packed is left out and becomes an entry of `error.issues`.
 *
 * Never throws.
 *
 * @see https://google.aip.dev/193
 */
export function pack(error: RichError): Uint8Array {
  const { code, message } = RichError.sendable(error);
  return encodeStatus(code, message, RichError.packableOf(error).packedDetails);
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
  return errorOf(receivePacked(trailer, catalogs));
}

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
 *
 * The size is not limited. `richErrorServerInterceptor` recognizes the error and keeps it within its budget. The metadata
 * has every method of grpc-js's `Metadata`, but is not an instance of that class.
 */
export function packError(error: RichError): PackedError {
  const { code, message } = RichError.sendable(error);
  const own = error.received ? undefined : attempt(() => RichError.trailersOf(error));
  const trailers = carry(error, own ? Object.entries(sendable(own).metadata.toJSON()) : []);
  const status = packStatus(code, message, RichError.packableOf(error).packedDetails, trailers);
  markTrailer(trailers, error);
  return status;
}

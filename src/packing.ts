import { Metadata } from "@grpc/grpc-js";
import { checkReadOptions, type ReadOptions, receivePacked } from "./error/receive.js";
import { attempt } from "./platform/values.js";
import { errorOf, RichError } from "./rich-error.js";
import { sendable } from "./status/sendable-metadata.js";
import { encodeStatus } from "./status/status.js";
import { type PackedError, packStatus } from "./status/trailer.js";

/**
 * The bytes of the trailer `grpc-status-details-bin`: a `google.rpc.Status`
 * whose code and message are those of the error. Equal errors are equal bytes.
 * Never throws; a detail that cannot be packed is left out and is in `issues`.
 *
 * @see https://google.aip.dev/193
 */
export function pack(error: RichError): Uint8Array {
  const { code, message } = RichError.sendable(error);
  return encodeStatus(code, message, RichError.packedDetailsOf(error));
}

/**
 * Reads the bytes of the trailer `grpc-status-details-bin`. Never throws,
 * whatever the bytes are; what is wrong with them is in `issues`.
 *
 * Where the status of the call is at hand too, use `RichError.from` instead,
 * because the trailer of a hostile peer can say anything.
 *
 * @throws TypeError for an option that is not known
 */
export function unpack(trailer: Uint8Array, options?: ReadOptions): RichError {
  checkReadOptions("unpack", options);
  const { catalogs = [] } = options ?? {};
  return errorOf(receivePacked(trailer, catalogs));
}

/**
 * The error as a status for grpc-js, in any place that takes one: the error's
 * own trailers and `grpc-status-details-bin`, which replaces one that is there.
 * An error without details needs no trailer and has none. What came with an
 * error from another server is not sent on: it may hold what is for this one only.
 *
 * However large: `richErrorServerInterceptor` keeps what it sends within bounds.
 */
export function packError(error: RichError): PackedError {
  const { code, message } = RichError.sendable(error);
  const own = error.received ? undefined : attempt(() => error.metadata);
  const trailers = new Metadata();
  if (own) trailers.merge(sendable(own).metadata);
  return packStatus(code, message, RichError.packedDetailsOf(error), trailers);
}

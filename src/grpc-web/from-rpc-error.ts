/**
 * Typed errors for the clients of the package `grpc-web`.
 *
 * @packageDocumentation
 */
import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import { metadataOfHeaders } from "../error/header-metadata.js";
import { NO_RESPONSE } from "../error/origin.js";
import { checkReadOptions, type ReadOptions, receiveCall, receiveHttpError } from "../error/receive.js";
import type { ReceivedContent } from "../error/received-error.js";
import { codeOfProxy, originOfHttpStatus } from "../http/headers.js";
import { isObject } from "../platform/values.js";
import { errorOf, RichError } from "../rich-error.js";

/** An error or a status of `grpc-web`: its `RpcError`, and what the event `"status"` gives. */
export interface RpcErrorLike {
  readonly code: number;
  /** The message of an `RpcError`. */
  readonly message?: string;
  /** The message of a status. */
  readonly details?: string;
  /** The headers and the trailers of the response, with binary values in base64. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Turns what a client of `grpc-web` gave its callback into a RichError: an instance of its class if a catalog declares
 * it.
 *
 * ```ts
 * orders.getOrder(request, {}, (error, order) => {
 *   if (error) show(fromRpcError(error, { catalogs: [catalog] }));
 * });
 * ```
 *
 * - A response without a status of gRPC, such as a proxy's page, gets the code of gRPC's own table for its HTTP status.
 *   If there is no response at all, the error is `UNAVAILABLE`.
 * - Any other value converts as by `RichError.from`.
 *
 * Never throws because of the value.
 *
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function fromRpcError(error: unknown, options?: ReadOptions): RichError {
  checkReadOptions("fromRpcError", options);
  if (error instanceof RichError || !isRpcError(error)) return RichError.from(error, options);
  const { code, message, details = message ?? "", metadata = {} } = error;
  const { catalogs = [] } = options ?? {};
  const withoutStatus = Object.hasOwn(metadata, "grpc-status") ? undefined : receiveHttpFailure(details, catalogs);
  const fields = textsOf(metadata);
  // Without any header, it may be a failure of the client itself.
  const status = { code, details, metadata: fields.length > 0 ? metadataOfHeaders(fields) : undefined };
  const received = withoutStatus ?? receiveCall(status, catalogs);
  return received ? errorOf(received, error) : RichError.from(error, options);
}

/** Reads the text that `grpc-web` makes for a response without a status. The HTTP status is 0 if nothing came. */
function receiveHttpFailure(message: string, catalogs: readonly Catalog[]): ReceivedContent | undefined {
  const [, digits] = /^Http response at 400 or 500 level, http status code: (\d{1,3})$/.exec(message) ?? [];
  if (digits === undefined) return undefined;
  const httpStatus = Number(digits);
  const [code, originFacts] =
    httpStatus === 0
      ? [Code.UNAVAILABLE, NO_RESPONSE]
      : [codeOfProxy(httpStatus), originOfHttpStatus(httpStatus, false)];
  return receiveHttpError({ code, message, details: [], jsonDetails: [], issues: [], originFacts }, catalogs);
}

function isRpcError(error: unknown): error is RpcErrorLike {
  if (!isObject(error)) return false;
  const { code, message, details, metadata } = error as Partial<Record<keyof RpcErrorLike, unknown>>;
  if (typeof code !== "number" || (metadata !== undefined && !isObject(metadata))) return false;
  return typeof (details ?? message) === "string";
}

function textsOf(metadata: object): [string, string][] {
  return Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

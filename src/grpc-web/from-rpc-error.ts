/**
 * Typed errors for the clients of the package `grpc-web`.
 *
 * @packageDocumentation
 */
import { metadataOfHeaders } from "../error/header-metadata.js";
import { checkReadOptions, type ReadOptions, receiveCall } from "../error/receive.js";
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
 * Any other value converts as by `RichError.from`. Never throws because of the value.
 *
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function fromRpcError(error: unknown, options?: ReadOptions): RichError {
  checkReadOptions("fromRpcError", options);
  if (error instanceof RichError || !isRpcError(error)) return RichError.from(error, options);
  const { code, message, details = message ?? "", metadata = {} } = error;
  const received = receiveCall(
    { code, details, metadata: metadataOfHeaders(textsOf(metadata)) },
    options?.catalogs ?? [],
  );
  return received ? errorOf(received, error) : RichError.from(error, options);
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

import { create, toBinary } from "@bufbuild/protobuf";
import { ConnectError, encodeBinaryHeader } from "@connectrpc/connect";
import type { Metadata } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code, isCode } from "../code.js";
import { type ErrorDetail, typeNameOf, typeUrlOf } from "../detail/detail.js";
import { metadataOfHeaders } from "../error/header-metadata.js";
import { CANCELLED_BY_CLIENT, FROM_SERVER, TIMED_OUT, UNKNOWN_ORIGIN } from "../error/origin.js";
import { checkReadOptions, type ReadOptions, receiveCall, receiveLocalFailure } from "../error/receive.js";
import { ReceivedContent } from "../error/received-error.js";
import type { OriginFacts } from "../error-content.js";
import type { Issue } from "../issue.js";
import { connectDetailsOf } from "../masking/client-library.js";
import { attempt, isObject, thrownText } from "../platform/values.js";
import { errorOf, RichError } from "../rich-error.js";
import { isHeaders } from "../status/metadata.js";
import { TRAILER } from "../status/trailer.js";

/**
 * Returns an error as a ConnectError with the same code, message and details, for a handler of Connect:
 *
 * ```ts
 * throw toConnectError(new OrderNotFoundError({ orderId }));
 * ```
 *
 * - The error's own metadata becomes the metadata of the ConnectError. That of a received error is left out, because it
 *   may hold values for this process only.
 * - The error becomes the `cause`, which Connect does not send.
 *
 * Nothing is masked, and the size is not limited. `richErrorConnectInterceptor` does both.
 */
export function toConnectError(error: RichError): ConnectError {
  const { code, message } = RichError.sendable(error);
  const trailers = error.received ? undefined : RichError.trailersOf(error);
  const { errorDetails } = RichError.packableOf(error);
  return connectErrorOf({ code, message, details: errorDetails, trailers, cause: error });
}

/** The parts of a ConnectError. */
interface ConnectErrorParts {
  readonly code: Code;
  readonly message: string;
  readonly details: readonly ErrorDetail[];
  readonly trailers: Metadata | undefined;
  readonly cause: unknown;
}

/** Creates a ConnectError whose details are packed already. */
export function connectErrorOf({ code, message, details, trailers, cause }: ConnectErrorParts): ConnectError {
  const error = new ConnectError(message, code as number, headersOf(trailers), undefined, cause);
  error.details = details.map(({ typeUrl, value }) => ({ type: typeNameOf(typeUrl), value }));
  return error;
}

function headersOf(trailers: Metadata | undefined): [string, string][] {
  return Object.entries(trailers?.toJSON() ?? {})
    .filter(([name]) => name !== TRAILER)
    .flatMap(([name, values]) => values.map((value): [string, string] => [name, textOf(value)]));
}

function textOf(value: string | Uint8Array): string {
  return typeof value === "string" ? value : encodeBinaryHeader(value);
}

/**
 * Turns what a Connect client threw into a RichError: an instance of its class if a catalog declares it.
 *
 * ```ts
 * try {
 *   await orders.getOrder({ orderId });
 * } catch (thrown) {
 *   const err = fromConnectError(thrown, { catalogs: [catalog] });
 *   if (err instanceof OrderNotFoundError) console.log(err.detail.orderId);
 * }
 * ```
 *
 * - Over gRPC and gRPC-Web, the code and the message are those of `grpc-status` and `grpc-message`, even where Connect
 *   believes the trailer. A contradiction is an entry of `issues`.
 * - If no server responded, the error is a local failure: a network failure of Node or `fetch` is `UNAVAILABLE`.
 * - Any value other than a ConnectError converts as by `RichError.from`.
 *
 * Never throws because of the value.
 *
 * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
 */
export function fromConnectError(thrown: unknown, options?: ReadOptions): RichError {
  checkReadOptions("fromConnectError", options);
  if (thrown instanceof RichError || !(thrown instanceof ConnectError)) return RichError.from(thrown, options);
  const received = attempt(() => receiveConnectError(thrown, options?.catalogs ?? []));
  return received ? errorOf(received, thrown) : RichError.from(thrown, options);
}

function receiveConnectError(error: ConnectError, catalogs: readonly Catalog[]): ReceivedContent {
  const { code, rawMessage: message, cause } = error;
  const headers = isHeaders(error.metadata) ? error.metadata : new Headers();
  const metadata = metadataOfHeaders(headers);
  const status = statusInHeaders(headers);
  const received = status && receiveCall({ ...status, metadata }, catalogs);
  if (received) return received;
  const { details, issues } = packedDetailsOf(error);
  const isLocal = details.length === 0 && Object.keys(metadata.getMap()).length === 0;
  const failure = isLocal ? receiveLocalFailure(cause, catalogs) : undefined;
  if (failure) return failure;
  const originFacts = isLocal ? originOfLocal(code as number) : FROM_SERVER;
  return new ReceivedContent({ code, message, metadata }, { code, message, details, issues }, catalogs, {
    originFacts,
  });
}

/** Connect's client makes these errors itself if nothing came from a server. */
function originOfLocal(code: number): OriginFacts {
  if (code === Code.DEADLINE_EXCEEDED) return TIMED_OUT;
  return code === Code.CANCELLED ? CANCELLED_BY_CLIENT : UNKNOWN_ORIGIN;
}

/** The details of a ConnectError, packed. */
interface PackedDetails {
  readonly details: readonly ErrorDetail[];
  /** One for each detail that cannot be encoded. */
  readonly issues: Issue[];
}

/** Packs the details of a ConnectError: those that came from a peer are packed already, those of a handler are not. */
export function packedDetailsOf({ details }: ConnectError): PackedDetails {
  const packed: ErrorDetail[] = [];
  const issues: Issue[] = [];
  for (const detail of Array.isArray(details) ? details.filter(isObject) : []) {
    if (!("desc" in detail)) {
      packed.push(...connectDetailsOf([detail]));
      continue;
    }
    const { desc, value } = detail;
    try {
      packed.push({ typeUrl: typeUrlOf(desc.typeName), value: toBinary(desc, create(desc, value)) });
    } catch (thrown) {
      issues.push({ kind: "malformed-detail", message: `${desc.typeName} cannot be encoded: ${thrownText(thrown)}` });
    }
  }
  return { details: packed, issues };
}

/** Checks whether a ConnectError came from a server, by the headers of its response. */
export function isFromServer({ metadata, details }: ConnectError): boolean {
  return OF_RESPONSE.some((name) => metadata.has(name)) || details.some((detail) => !("desc" in detail));
}

const OF_RESPONSE = ["content-type", "date", "grpc-status"];

/** The status of a call over gRPC or gRPC-Web. */
interface GrpcStatus {
  readonly code: Code;
  /** The message, under the name that grpc-js gives it. */
  readonly details: string;
}

/**
 * Returns the status in the headers or trailers of a response over gRPC or gRPC-Web, or `undefined` if they have no
 * status of an error. Never throws.
 *
 * Connect joins the headers and the trailers of a response, so a field may have two equal values.
 */
export function statusInHeaders(headers: Headers): GrpcStatus | undefined {
  const code = Number(headers.get("grpc-status")?.split(",")[0] || Number.NaN);
  if (!isCode(code)) return undefined;
  const text = headers.get("grpc-message") ?? "";
  return { code, details: attempt(() => decodeURIComponent(text)) ?? text };
}

import { ConnectError, type Interceptor, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";
import { Code, isCode } from "../code.js";
import { encodeDetails } from "../detail/detail.js";
import { metadataOfHeaders } from "../error/header-metadata.js";
import type { CallEnd } from "../masking/call-end.js";
import { ServerCallInfo } from "../masking/call-info.js";
import { attempt, isError } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { Boundary, type BoundaryFailure, type BoundaryOptions, type WatchedCall } from "../server/boundary.js";
import { decodeStatus, encodeStatus, TRAILER } from "../status/trailer.js";
import { connectErrorOf, isFromServer, packedDetailsOf } from "./connect-error.js";

/** Options of {@link richErrorConnectInterceptor}: those of `richErrorServerInterceptor` that Connect has a use for. */
export interface ConnectServerOptions<Thrown extends readonly unknown[] = readonly unknown[]>
  extends BoundaryOptions<Thrown> {}

/**
 * Creates an interceptor for a Connect server that sends what a handler throws with its details, in all call shapes and
 * over gRPC, gRPC-Web and Connect's own protocol.
 *
 * ```ts
 * createServer(connectNodeAdapter({ routes, interceptors: [richErrorConnectInterceptor({ catalogs: [catalog] })] }));
 * ```
 *
 * Put it first, so that it also sees what other interceptors throw.
 *
 * - It masks by the rules of `richErrorServerInterceptor`, and keeps each error within `maxHeaderBytes`.
 * - A ConnectError that a handler made is a plain status: it passes with its code, text, metadata and details. One that
 *   came from another server, or that only repeats the message of its `cause`, is masked unless a catalog declares it.
 * - In `onError`, `peer` is `"unknown"`, because Connect does not show it.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type, or an entry of `map` can never match
 * @throws RangeError if `maxHeaderBytes` is not a whole number from 1,024 to 60,000
 */
export function richErrorConnectInterceptor<const Thrown extends readonly unknown[] = []>(
  options: ConnectServerOptions<Thrown> = {},
): Interceptor {
  const boundary = new Boundary("richErrorConnectInterceptor", options);
  return (next) => async (request) => {
    const watched = boundary.watch(pathOf(request), request.signal, endOf);
    const rethrow = (thrown: unknown): never => {
      throw connectErrorOfFailure(thrown, request, boundary, watched);
    };
    const response = await next(request).catch(rethrow);
    if (response.stream) return { ...response, message: guarded(response.message, rethrow, watched) };
    watched?.ended();
    return response;
  };
}

/** Returns the same messages, with their errors converted. */
async function* guarded<Message>(
  messages: AsyncIterable<Message>,
  rethrow: (thrown: unknown) => never,
  watched: WatchedCall | undefined,
): AsyncGenerator<Message, void, undefined> {
  try {
    yield* messages;
    watched?.ended();
  } catch (thrown) {
    rethrow(thrown);
  }
}

function pathOf({ method }: UnaryRequest | StreamRequest): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function connectErrorOfFailure(
  thrown: unknown,
  request: UnaryRequest | StreamRequest,
  boundary: Boundary,
  watched: WatchedCall | undefined,
): ConnectError {
  const { header, signal } = request;
  const call = new ServerCallInfo(pathOf(request), { getPeer: () => "unknown" }, metadataOfHeaders(header));
  const late = signal.aborted;
  const end = late ? endOf(signal) : undefined;
  const status = boundary.fail({ ...readThrown(thrown), call, end, late, growthOf, watched });
  const [trailer] = status.metadata.get(TRAILER);
  const details = typeof trailer === "object" ? decodeStatus(trailer).details : [];
  const { code, details: message, metadata: trailers } = status;
  return connectErrorOf({ code, message, details, trailers, cause: thrown });
}

/** Connect escapes more characters of `grpc-message` than grpc-js does. */
function growthOf(message: string): number {
  return encodeURIComponent(message).length - encodeURI(message).length;
}

/** Connect aborts the signal of a call with a ConnectError when the deadline passes. */
function endOf({ reason }: AbortSignal): CallEnd {
  const isDeadline = reason instanceof ConnectError && (reason.code as number) === Code.DEADLINE_EXCEEDED;
  return isDeadline ? Code.DEADLINE_EXCEEDED : Code.CANCELLED;
}

type ReadThrown = Pick<BoundaryFailure, "thrown" | "status" | "trailers" | "problems">;

/** Reads a thrown value: a ConnectError of a handler stands for a status, or for the RichError that it was made of. */
function readThrown(thrown: unknown): ReadThrown {
  const error = attempt(() => (thrown instanceof ConnectError ? thrown : undefined));
  if (!error) return { thrown, trailers: [] };
  const { cause, rawMessage, code } = error;
  if (cause instanceof RichError) return { thrown: cause, trailers: [] };
  const isWrapper = isError(cause) && cause.message === rawMessage;
  if (isFromServer(error) || isWrapper || !isCode(code)) return { thrown, trailers: [] };
  const { details, issues } = packedDetailsOf(error);
  const trailers = Object.entries(metadataOfHeaders(error.metadata).toJSON());
  if (details.length > 0) {
    const packed = encodeStatus(code, rawMessage, encodeDetails(details));
    trailers.push([TRAILER, [Buffer.from(packed)]]);
  }
  return { thrown, status: { code, details: rawMessage }, trailers, problems: issues.map(({ message }) => message) };
}

import { type CallContext, ServerError, type ServerMiddleware } from "nice-grpc";
import { Code } from "../code.js";
import { peerMetadata } from "../error/carried-metadata.js";
import { ServerCallInfo } from "../masking/call-info.js";
import { attempt, isError } from "../platform/values.js";
import { Boundary, type BoundaryOptions, type WatchedCall } from "../server/boundary.js";
import { fieldsOf, guardHeader, removeUnsendable, replaceFields } from "./metadata.js";

/** Options of {@link richErrorServerMiddleware}: those of `richErrorServerInterceptor` that nice-grpc has a use for. */
export interface NiceGrpcServerOptions<Thrown extends readonly unknown[] = readonly unknown[]>
  extends BoundaryOptions<Thrown> {}

/**
 * Creates middleware for a nice-grpc server that sends what a method throws with its details, in all call shapes.
 *
 * ```ts
 * const server = createServer().use(richErrorServerMiddleware({ catalogs: [catalog] }));
 * server.add(OrdersDefinition, orders);
 * ```
 *
 * Attach it first, so that it also sees what other middleware throws.
 *
 * - It masks by the rules of `richErrorServerInterceptor`, and keeps each error within `maxHeaderBytes`.
 * - A `ServerError` is a plain status: it passes with its code and text.
 * - Trailers in `context.trailer` pass with an error that is not masked.
 * - An `AbortError` ends the call with `CANCELLED`, as nice-grpc does.
 * - Headers and trailers that HTTP/2 cannot carry are left out, and the process emits a warning.
 *
 * nice-grpc does not show its middleware failures of grpc-js: passed deadlines, and messages that are malformed or too
 * large. `onError` does not get them, and `telemetry` counts a passed deadline as `CANCELLED`.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type, or an entry of `map` can never match
 * @throws RangeError if `maxHeaderBytes` is not a whole number from 1,024 to 60,000
 */
export function richErrorServerMiddleware<const Thrown extends readonly unknown[] = []>(
  options: NiceGrpcServerOptions<Thrown> = {},
): ServerMiddleware {
  const boundary = new Boundary("richErrorServerMiddleware", options);
  return async function* richErrors(call, context) {
    guardHeader(context);
    const watched = boundary.watch(call.method.path, context.signal, () => Code.CANCELLED);
    try {
      const response = yield* call.next(call.request, context);
      removeUnsendable(context.trailer);
      watched?.ended();
      return response;
    } catch (thrown) {
      throw serverErrorOf(thrown, call.method.path, context, boundary, watched);
    }
  };
}

/** Returns the error that nice-grpc makes the status of, and puts the trailers of the status into the context. */
function serverErrorOf(
  thrown: unknown,
  path: string,
  context: CallContext,
  boundary: Boundary,
  watched: WatchedCall | undefined,
): ServerError {
  const { metadata, peer, trailer, signal } = context;
  const isAbort = attempt(() => isError(thrown) && thrown.name === "AbortError") === true;
  const status = boundary.fail({
    thrown,
    call: new ServerCallInfo(path, { getPeer: () => peer }, peerMetadata(fieldsOf(metadata))),
    trailers: fieldsOf(trailer),
    end: isAbort || signal.aborted ? Code.CANCELLED : undefined,
    late: signal.aborted,
    watched,
  });
  replaceFields(trailer, Object.entries(status.metadata.toJSON()));
  return new ServerError(status.code, status.details);
}

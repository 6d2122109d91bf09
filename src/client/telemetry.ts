import type { CallProperties } from "@grpc/grpc-js";
import { attempt, callHook } from "../platform/values.js";
import type { RichError } from "../rich-error.js";

/**
 * Watches the calls of a client, for metrics and traces: `clientTelemetry()` of `grpc-rich-errors/opentelemetry`. Called
 * when a call begins, in the asynchronous context of the caller. Returns the function that ends it. Whatever either throws
 * is ignored.
 */
export type ClientTelemetry = (call: ClientCallInfo) => EndOfCall;

/** A call of a client. */
export interface ClientCallInfo {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /** The target of the channel: `"dns:orders.example:50051"`. */
  readonly target: string;
}

/** Called once, when a call has ended, before its caller gets the error. Without an error, the call succeeded. */
export type EndOfCall = (error?: RichError) => void;

/** A failed call, as `onError` of a client gets it. */
export interface FailedClientCall extends ClientCallInfo {
  /** The error of the call. The caller gets it, unless it has left the call. */
  readonly error: RichError;
}

/** What watches the calls of a client. */
interface Watchers {
  readonly telemetry?: ClientTelemetry | undefined;
  readonly onError?: ((call: FailedClientCall) => unknown) | undefined;
}

/**
 * Tells the watchers that a call begins. Returns the function that tells them that it has ended, or `undefined` without
 * watchers. Whatever they throw is ignored.
 */
export function watch(
  { telemetry, onError }: Watchers,
  begun: Pick<CallProperties<unknown, unknown>, "methodDefinition" | "channel">,
): EndOfCall | undefined {
  if (!telemetry && !onError) return undefined;
  const info = { method: begun.methodDefinition.path, target: begun.channel.getTarget() };
  const end = attempt(() => telemetry?.(info));
  let over = false;
  return (error) => {
    if (over) return;
    over = true;
    attempt(() => end?.(error));
    if (error) callHook(() => onError?.({ ...info, error }));
  };
}

import type { Channel } from "@grpc/grpc-js";
import { attempt, isThenable } from "../platform/values.js";
import type { RichError } from "../rich-error.js";

/**
 * Watches the calls of a client, for metrics and traces. `clientTelemetry` of `grpc-rich-errors/opentelemetry` makes
 * one. Whatever its functions throw is ignored.
 */
export interface ClientTelemetry {
  /** Called when a call begins, in the asynchronous context of the caller. Returns the function that ends it. */
  begin(call: ClientCallInfo): EndOfCall;
}

/** A call of a client. */
export interface ClientCallInfo {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /** The target of the channel: `"dns:orders.example:50051"`. Empty if it is not known. */
  readonly target: string;
}

/** Called once, when a call has ended, before its caller gets the error. Without an error, the call succeeded. */
export type EndOfCall = (error?: RichError) => void;

/** A failed call, as `onError` of a client gets it. */
export interface FailedClientCall extends ClientCallInfo {
  /** The error that the caller gets, unless it has left the call. */
  readonly error: RichError;
}

/** What watches the calls of a client. */
interface Watchers {
  readonly telemetry?: ClientTelemetry | undefined;
  readonly onError?: ((call: FailedClientCall) => unknown) | undefined;
}

/** Returns what watches a call that begins, or `undefined` if nothing does. */
export function watch(
  { telemetry, onError }: Watchers,
  method: string,
  channel: Pick<Channel, "getTarget">,
): WatchedCall | undefined {
  if (!telemetry && !onError) return undefined;
  const info = { method, target: attempt(() => channel.getTarget()) ?? "" };
  return new WatchedCall(info, telemetry && attempt(() => telemetry.begin(info)), onError);
}

/** Tells the watchers of the end of one call, once. Ignores whatever they throw. */
class WatchedCall {
  /** Whether the watchers know the end of the call. */
  over = false;

  constructor(
    private readonly info: ClientCallInfo,
    private readonly end: EndOfCall | undefined,
    private readonly onError: Watchers["onError"],
  ) {}

  /** Notes that the call succeeded or failed. */
  ended(error?: RichError): void {
    if (this.over) return;
    this.over = true;
    const { end, onError, info } = this;
    if (end) attempt(() => end(error));
    if (!error || !onError) return;
    const result = attempt(() => onError({ ...info, error }));
    if (isThenable(result)) result.then(undefined, () => {});
  }
}

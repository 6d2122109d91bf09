import type { EventEmitter } from "node:events";

/** A call of any shape, as grpc-js gives it to a handler. */
export interface ServerCall extends EventEmitter {
  readonly cancelled: boolean;
}

const signals = new WeakMap<ServerCall, AbortSignal>();

/**
 * A signal that is aborted when the call is over: the client cancelled it or
 * went away, its deadline passed, or it has been answered.
 *
 * ```ts
 * const rows = await fetch(url, { signal: signalOf(call) });
 * ```
 */
export function signalOf(call: ServerCall): AbortSignal {
  const known = signals.get(call);
  if (known) return known;
  const controller = new AbortController();
  signals.set(call, controller.signal);
  if (call.cancelled) controller.abort();
  else call.once("cancelled", () => controller.abort());
  return controller.signal;
}

import type { EventEmitter } from "node:events";
import type { Metadata } from "@grpc/grpc-js";
import { boundaryOf } from "./boundary-listener.js";
import { guardOf, OVER } from "./guard.js";
import { containListeners } from "./signal-listeners.js";

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
 *
 * A listener on the signal may throw or reject: the failure is reported as late.
 * This is not so for listeners on a signal that is made of this one, as by
 * `AbortSignal.any`: their exceptions crash the process, as in any Node program.
 */
export function signalOf(call: ServerCall): AbortSignal {
  const known = signals.get(call);
  if (known) return known;
  const controller = new AbortController();
  const { signal } = controller;
  signals.set(call, signal);
  const guard = guardOf(call);
  const fail = guard ? (thrown: unknown) => void guard.settlement.fail(thrown) : boundaryFailure(call);
  if (fail) containListeners(signal, fail);
  if (call.cancelled) controller.abort();
  else call.once(guard ? OVER : "cancelled", () => controller.abort());
  return signal;
}

/** Reports to the interceptor, where the handler is not wrapped by `richHandlers`. */
function boundaryFailure(call: ServerCall & { readonly metadata?: Metadata }): ((thrown: unknown) => void) | undefined {
  const boundary = call.metadata && boundaryOf(call.metadata);
  return boundary && ((thrown) => boundary.caught(thrown));
}

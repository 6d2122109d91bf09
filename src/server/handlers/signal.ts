import type { EventEmitter } from "node:events";
import type { Deadline, Metadata } from "@grpc/grpc-js";
import { isThenable } from "../../platform/values.js";
import { boundaryOf } from "../call-listener.js";
import { guardOf, OVER } from "./guarded-sink.js";

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

type Fail = (thrown: unknown) => void;

type Args = Parameters<AbortSignal["addEventListener"]>;

type Listener = NonNullable<Args[1]>;

type Container = (event: Event) => void;

/** What becomes of the failures of a signal's listeners, and the functions that stand in for these listeners. */
interface Containment {
  readonly fail: Fail;
  readonly containers: WeakMap<Listener, Container>;
}

const containments = new WeakMap<AbortSignal, Containment>();

/**
 * Hands over what the listeners of a signal throw or reject with. Node throws it
 * in the next tick, where it crashes the process. Covers `onabort`, too, and
 * whatever else goes by the signal's `addEventListener`.
 */
function containListeners(signal: AbortSignal, fail: Fail): void {
  containments.set(signal, { fail, containers: new WeakMap() });
  signal.addEventListener = addContained;
  signal.removeEventListener = removeContained;
}

const { addEventListener, removeEventListener } = EventTarget.prototype;

function addContained(this: AbortSignal, type: string, listener: Args[1], options?: Args[2]): void {
  const containment = containments.get(this);
  const contained = containment && isListener(listener) ? containerOf(listener, containment) : listener;
  Reflect.apply(addEventListener, this, [type, contained, options]);
}

function removeContained(this: AbortSignal, type: string, listener: Args[1], options?: Args[2]): void {
  const contained = isListener(listener) ? containments.get(this)?.containers.get(listener) : undefined;
  Reflect.apply(removeEventListener, this, [type, contained ?? listener, options]);
}

/** The same for the same listener, by which a signal tells that it has it already. */
function containerOf(listener: Listener, { fail, containers }: Containment): Container {
  const known = containers.get(listener);
  if (known) return known;
  const container = function (this: unknown, event: Event): void {
    try {
      const result: unknown =
        typeof listener === "function" ? Reflect.apply(listener, this, [event]) : listener.handleEvent(event);
      if (isThenable(result)) result.then(undefined, fail);
    } catch (thrown) {
      fail(thrown);
    }
  };
  containers.set(listener, container);
  return container;
}

function isListener(value: unknown): value is Listener {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

/** A call of any shape, as grpc-js gives it to a handler, as far as calls to other servers depend on it. */
export interface InboundCall extends ServerCall {
  getDeadline(): Deadline;
}

/** What a call to another server takes over from the call that it is made for. */
export interface UpstreamOptions {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/**
 * Options for a call to another server, which ends when the call ends that it is
 * made for: at the same deadline, and with its cancellation.
 *
 * ```ts
 * getOrder: async (call) => {
 *   const stock = await promises(inventory).getStock({ sku }, upstream(call));
 * ```
 *
 * - What the handler then fails with is the call's own `CANCELLED` or
 *   `DEADLINE_EXCEEDED`, and not masked as a failure of the other server.
 * - A shorter deadline goes behind: `{ ...upstream(call), deadline: Date.now() + 200 }`.
 *   If it passes, the other server failed.
 * - A client of grpc-js itself takes `{ parent: call }` in its place.
 */
export function upstream(call: InboundCall): UpstreamOptions {
  return { deadline: call.getDeadline(), signal: signalOf(call) };
}

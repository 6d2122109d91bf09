import type { EventEmitter } from "node:events";
import type { Deadline, Metadata } from "@grpc/grpc-js";
import { isObject, isThenable } from "../../platform/values.js";
import { boundaryOf } from "../call-listener.js";
import { guardOf, OVER } from "./guarded-call.js";

/** A call of any shape, as grpc-js passes it to a handler. */
export interface ServerCall extends EventEmitter {
  readonly cancelled: boolean;
}

const signals = new WeakMap<ServerCall, AbortSignal>();

/**
 * Returns the signal of a call, which is aborted when the call is over: the client
 * cancelled it or went away, its deadline passed, or it has its response.
 *
 * ```ts
 * const rows = await fetch(url, { signal: signalOf(call) });
 * ```
 *
 * If a listener on the signal throws or rejects, the failure is reported as late.
 * This does not cover listeners on a signal that is derived from it, as by
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

/** Returns a function that passes failures to the interceptor, for a handler without `richHandlers`. */
function boundaryFailure(call: ServerCall & { readonly metadata?: Metadata }): ((thrown: unknown) => void) | undefined {
  const boundary = call.metadata && boundaryOf(call.metadata);
  return boundary && ((thrown) => boundary.caught(thrown));
}

type Fail = (thrown: unknown) => void;

type Args = Parameters<AbortSignal["addEventListener"]>;

type Listener = NonNullable<Args[1]>;

type Container = (event: Event) => void;

/** The function that takes the failures of a signal's listeners, and the functions that replace these listeners. */
interface Containment {
  readonly fail: Fail;
  readonly containers: WeakMap<Listener, Container>;
}

const containments = new WeakMap<AbortSignal, Containment>();

/**
 * Passes on whatever the listeners of a signal throw or reject with. Node would
 * throw it in the next tick, where it crashes the process. This covers `onabort` and
 * everything else that calls the signal's `addEventListener`.
 */
function containListeners(signal: AbortSignal, fail: Fail): void {
  containments.set(signal, { fail, containers: new WeakMap() });
  signal.addEventListener = addContained;
  signal.removeEventListener = removeContained;
}

function addContained(this: AbortSignal, type: string, listener: Args[1], options?: Args[2]): void {
  const containment = containments.get(this);
  const contained = containment && isListener(listener) ? containerOf(listener, containment) : listener;
  Reflect.apply(EventTarget.prototype.addEventListener, this, [type, contained, options]);
}

function removeContained(this: AbortSignal, type: string, listener: Args[1], options?: Args[2]): void {
  const contained = isListener(listener) ? containments.get(this)?.containers.get(listener) : undefined;
  Reflect.apply(EventTarget.prototype.removeEventListener, this, [type, contained ?? listener, options]);
}

/** Returns the replacement of a listener: the same each time, so that the signal adds a listener only once. */
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
  return typeof value === "function" || isObject(value);
}

/** A call of any shape, as grpc-js passes it to a handler, with the deadline that {@link upstream} passes on. */
export interface InboundCall extends ServerCall {
  /** Returns the deadline of the call, or `Infinity` if it has none. */
  getDeadline(): Deadline;
}

/** The options that {@link upstream} returns. */
export interface UpstreamOptions {
  readonly deadline: Deadline;
  readonly signal: AbortSignal;
}

/**
 * Returns options for a call to another server that ends together with this call:
 * at the same deadline, and when this call is cancelled.
 *
 * ```ts
 * getOrder: async (call) => {
 *   const stock = await promises(inventory).getStock({ sku }, upstream(call));
 * ```
 *
 * - If the other call ends for this reason, the client gets the `CANCELLED` or
 *   `DEADLINE_EXCEEDED` of its own call, not a masked failure of the other server.
 * - To set a shorter deadline, write it last:
 *   `{ ...upstream(call), deadline: Date.now() + 200 }`. If it passes, the other
 *   server failed.
 * - A plain grpc-js client takes `{ parent: call }` instead.
 */
export function upstream(call: InboundCall): UpstreamOptions {
  return { deadline: call.getDeadline(), signal: signalOf(call) };
}

import type { Readable } from "node:stream";
import type { PackedError } from "../trailer.js";
import { boundaryOf } from "./boundary-listener.js";
import { containResponders } from "./interceptor-hooks.js";
import type { GuardedCall, GuardedSink, Settlement } from "./settlement.js";
import { isThenable } from "./thenable.js";

type Listener = (...args: unknown[]) => void;

/** What guards a call, and what of the call it stands in for. Kept at the call, so that functions need not be made for each. */
interface Guard {
  readonly settlement: Settlement;
  readonly emit: GuardedCall["emit"];
  readonly destroy: GuardedCall["destroy"];
  readonly on: GuardedCall["on"];
  /** grpc-js's own listeners for errors, which would send them on as they are. */
  readonly senders: readonly Listener[];
}

const guard: unique symbol = Symbol("grpc-rich-errors.guard");

type Guarded = GuardedCall & { [guard]: Guard };

/**
 * Brings all that a handler can do with a call to the settlement: errors that it
 * emits, `destroy`, listeners that throw or reject. Leaving a loop over the
 * requests does not destroy the call any more.
 */
export function guardCall(call: GuardedCall, settlement: Settlement): void {
  const { emit, destroy, on } = call;
  const senders = call.rawListeners("error") as Listener[];
  (call as Guarded)[guard] = { settlement, emit, destroy, on, senders };
  call.emit = guardedEmit;
  call.destroy = guardedDestroy;
  // Where no requests come, hardly anybody listens.
  if (isReadable(call)) guardReading(call);
  const boundary = boundaryOf(call.metadata);
  if (boundary) containResponders(call, boundary);
}

/** Ends the stream under a call with a status, after what was written. */
export function endWith(call: GuardedCall, status: PackedError): void {
  for (const sender of (call as Guarded)[guard].senders) Reflect.apply(sender, call, [status]);
}

/** Outside a handler's own run nobody catches what its listeners throw, and the process would end of it. */
function guardedEmit(this: Guarded, event: string | symbol, ...args: unknown[]): boolean {
  const { settlement, emit } = this[guard];
  try {
    if (event === "error") takeErrors(this);
    return Reflect.apply(emit, this, [event, ...args]);
  } catch (thrown) {
    settlement.fail(thrown);
    return true;
  }
}

/** Puts the settlement in the place of grpc-js, which would send errors on as they are. Most calls have none. */
function takeErrors(call: Guarded): void {
  if (call.listeners("error").includes(failWith)) return;
  for (const sender of call[guard].senders) call.removeListener("error", sender);
  call.prependListener("error", failWith);
}

function failWith(this: Guarded, thrown: unknown): void {
  this[guard].settlement.fail(thrown);
}

/**
 * Ends the call with a status, where grpc-js would leave the client without one.
 * Once the call is over, it only releases the stream.
 */
function guardedDestroy(this: Guarded, error?: Error | null): unknown {
  const { settlement, destroy } = this[guard];
  if (this.cancelled || this.writableFinished) return Reflect.apply(destroy, this, [error]);
  settlement.fail(error ?? new Error("the handler destroyed the call before it gave an answer"));
  return this;
}

type ReadableCall = GuardedCall & Pick<Readable, "iterator">;

function guardReading(call: ReadableCall): void {
  Object.assign(call, { on: addGuarded, addListener: addGuarded });
  // Lets a handler leave a loop over the requests without destroying the stream under the call.
  Object.defineProperty(call, Symbol.asyncIterator, { value: () => call.iterator({ destroyOnReturn: false }) });
}

function addGuarded(this: Guarded, event: string | symbol, listener: Listener): unknown {
  const { on, settlement } = this[guard];
  // What `once` adds is known by its `listener`, and must stay as it is to be found again.
  return Reflect.apply(on, this, [event, "listener" in listener ? listener : catching(listener, settlement)]);
}

/** The same listener, whose promise is waited for. */
function catching(listener: Listener, settlement: Settlement): Listener {
  function guarded(this: unknown, ...args: unknown[]): unknown {
    const result = Reflect.apply(listener, this, args);
    if (isThenable(result)) result.then(undefined, (thrown: unknown) => settlement.fail(thrown));
    return result;
  }
  // By this an emitter finds the listener that is to be removed.
  return Object.assign(guarded, { listener });
}

function isReadable(call: GuardedCall): call is ReadableCall {
  return "iterator" in call;
}

/**
 * Has what an interceptor throws at a message or at the status of a stream end
 * the call: it may be called when nobody is there to catch that, and a message
 * that was not written keeps all that follow waiting.
 */
export function guardWriting(call: GuardedSink, settlement: Settlement): void {
  const { _write, _final } = call;
  call._write = (...args) => settlement.passing(() => Reflect.apply(_write, call, args));
  call._final = (...args) => settlement.passing(() => Reflect.apply(_final, call, args));
}

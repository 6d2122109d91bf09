import type { Readable } from "node:stream";
import type { PackedError } from "../trailer.js";
import type { GuardedCall, GuardedSink, Settlement } from "./settlement.js";
import { isThenable } from "./thenable.js";

/**
 * Brings all that a handler can do with a call to the settlement: errors that it
 * emits, `destroy`, listeners that throw or reject. Leaving a loop over the
 * requests does not destroy the call any more.
 *
 * @returns ends the stream under the call with a status, after what was written
 */
export function guardCall(call: GuardedCall, settlement: Settlement): (status: PackedError) => void {
  const endWith = takeErrors(call, settlement);
  settlement.guardDestroy();
  guardListeners(call, settlement);
  keepOpen(call);
  return endWith;
}

/** Puts the settlement in the place of grpc-js's own listener for errors, which would send them on as they are. */
function takeErrors(call: GuardedCall, settlement: Settlement): (status: PackedError) => void {
  const listeners = call.listeners("error");
  call.removeAllListeners("error");
  call.on("error", settlement.fail);
  return (status) => {
    for (const listener of listeners) Reflect.apply(listener, call, [status]);
  };
}

type Listener = (...args: unknown[]) => unknown;

/** Outside a handler's own run nobody catches what its listeners throw, and the process would end of it. */
function guardListeners(call: GuardedCall, settlement: Settlement): void {
  const { emit, on } = call;
  call.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      return Reflect.apply(emit, call, [event, ...args]);
    } catch (thrown) {
      settlement.fail(thrown);
      return true;
    }
  };
  // Where no requests come, hardly anybody listens.
  if (!isReadable(call)) return;
  function addGuarded(event: string | symbol, listener: Listener): unknown {
    // What `once` adds is known by its `listener`, and must stay as it is to be found again.
    return Reflect.apply(on, call, [event, "listener" in listener ? listener : catching(listener, settlement)]);
  }
  Object.assign(call, { on: addGuarded, addListener: addGuarded });
}

/** The same listener, whose promise is waited for. */
function catching(listener: Listener, settlement: Settlement): Listener {
  function guarded(this: unknown, ...args: unknown[]): unknown {
    const result = Reflect.apply(listener, this, args);
    if (isThenable(result)) result.then(undefined, settlement.fail);
    return result;
  }
  // By this an emitter finds the listener that is to be removed.
  return Object.assign(guarded, { listener });
}

/** Lets a handler leave a loop over the requests without destroying the stream under the call. */
function keepOpen(call: GuardedCall): void {
  if (!isReadable(call)) return;
  const iterator = call.iterator.bind(call);
  Object.defineProperty(call, Symbol.asyncIterator, { value: () => iterator({ destroyOnReturn: false }) });
}

function isReadable(call: GuardedCall): call is GuardedCall & Pick<Readable, "iterator"> {
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

import { captureRejectionSymbol, EventEmitter, errorMonitor } from "node:events";
import { endError, endOf } from "../../masking/call-info.js";
import type { PackedError } from "../../status/trailer.js";
import { boundaryOf } from "../call-listener.js";
import { containResponders } from "../interceptor-hooks.js";
import { type Guard, type Guarded, guard, OVER } from "./guarded-sink.js";
import type { GuardedCall, Settlement } from "./settlement.js";
import { guardRequests, isReadable } from "./upload.js";

/**
 * Brings everything that a handler can do to a call to its settlement: errors
 * that it emits, `destroy`, listeners that throw or reject.
 *
 * The listeners themselves stay as they are, so that they can be removed and
 * listed, also where a monitor has wrapped them: exceptions are caught where
 * events are emitted, and Node captures the rejections.
 */
export function guardCall(call: GuardedCall, settlement: Settlement): void {
  const { emit, destroy } = call;
  const sender = call.rawListeners("error")[0] as Guard["sender"];
  const added: Guard = {
    settlement,
    emit,
    destroy,
    sender,
    push: undefined,
    sink: undefined,
    cutOff: undefined,
    monitored: false,
  };
  const guarded: Guarded = Object.assign(call, { [guard]: added });
  guarded.emit = guardedEmit;
  guarded.destroy = guardedDestroy;
  captureRejections(guarded);
  if (isReadable(guarded)) guardRequests(guarded);
  const boundary = boundaryOf(call.metadata);
  if (boundary) containResponders(call, boundary);
}

/** Ends the stream under a call with a status, after what was written. */
export function endWith(call: GuardedCall, status: PackedError): void {
  const { sender } = (call as Guarded)[guard];
  if (sender) Reflect.apply(sender, call, [status]);
}

/** Has Node hand over the rejections of async listeners, as with the option `captureRejections`. */
function captureRejections(call: Guarded): void {
  // The constructor leaves the listeners of an emitter alone that has been constructed before.
  Reflect.apply(EventEmitter as unknown as (options: object) => void, call, [CAPTURE]);
  call[captureRejectionSymbol] = failWith;
}

const CAPTURE = { captureRejections: true };

function failWith(this: Guarded, thrown: unknown): void {
  this[guard].settlement.fail(thrown);
}

/** Outside a handler's own run nobody catches what its listeners throw: the process would crash. */
function guardedEmit(this: Guarded, event: string | symbol, ...args: unknown[]): boolean {
  const { settlement, emit, monitored } = this[guard];
  try {
    if (event === "error") return emitError(this, args);
    if (event === errorMonitor && monitored) return true;
    if (event === "cancelled") Reflect.apply(emit, this, [OVER]);
    return Reflect.apply(emit, this, [event, ...args]);
  } catch (thrown) {
    settlement.fail(thrown);
    return true;
  }
}

/**
 * Ends the call with an error that the handler emits, which grpc-js would send
 * as it is. Listeners hear the error itself, monitors hear what the client gets.
 */
function emitError(call: Guarded, args: readonly unknown[]): boolean {
  const { settlement, emit, sender, cutOff } = call[guard];
  const [thrown] = args;
  const isCutOff = cutOff !== undefined && thrown === cutOff;
  const monitored = !isCutOff && settlement.fail(thrown);
  if (sender) call.removeListener("error", sender);
  if (call.listenerCount("error") === 0) {
    // Without a listener Node would throw the error.
    if (!monitored) Reflect.apply(emit, call, [errorMonitor, ...args]);
    return true;
  }
  call[guard].monitored = monitored;
  try {
    return Reflect.apply(emit, call, ["error", ...args]);
  } finally {
    call[guard].monitored = false;
  }
}

/**
 * Ends the call with a status, where grpc-js would leave the client without one.
 * Once the call is over, it only releases the stream.
 */
function guardedDestroy(this: Guarded, error?: Error | null): unknown {
  const { settlement, destroy } = this[guard];
  if (this.cancelled || this.writableFinished) {
    try {
      return Reflect.apply(destroy, this, [error ?? cutOffOf(this)]);
    } catch {
      // Node reads the stack of the error, and a getter of it threw.
      settlement.fail(error);
      return Reflect.apply(destroy, this, []);
    }
  }
  settlement.fail(error ?? new Error("the handler destroyed the call before it gave an answer"));
  return this;
}

/**
 * The error by which the stream of a call ends that ended without a status of its
 * handler's: a reader must not take the requests for complete. Where no requests
 * come, only monitors hear of it.
 */
function cutOffOf(call: Guarded): Error | undefined {
  const { settlement, cutOff } = call[guard];
  const end = endOf(call.cancelled, call.getDeadline());
  if (!end || cutOff || call.writableFinished || settlement.responded) return undefined;
  if (isReadable(call) && !call.readableEnded) {
    call[guard].cutOff = endError(end);
    return call[guard].cutOff;
  }
  if (call.listenerCount(errorMonitor) > 0) call.emit(errorMonitor, endError(end));
  return undefined;
}

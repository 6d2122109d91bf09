import { captureRejectionSymbol, EventEmitter, errorMonitor } from "node:events";
import { finished, type Readable, type Writable } from "node:stream";
import { endError, endOf } from "../../masking/call-end.js";
import { isThenable } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import type { PackedError } from "../../status/call-status.js";
import { boundaryOf } from "../call-listener.js";
import { containResponders, hasInterceptorsBetween } from "../interceptor-hooks.js";
import type { HandledCall, Settlement } from "./settlement.js";

/**
 * Routes every failure of a handler to the settlement of its call: errors that it
 * emits, `destroy`, and listeners that throw or reject.
 *
 * The listeners themselves stay untouched, so that they can be listed and removed,
 * even if a monitor has wrapped them. Exceptions are caught where events are
 * emitted, and Node captures the rejections.
 */
export function guardCall(call: HandledCall, settlement: Settlement): void {
  const { emit, destroy } = call;
  const sender = call.rawListeners("error")[0] as Guard["sender"];
  const added: Guard = {
    settlement,
    emit,
    destroy,
    sender,
    push: undefined,
    responses: undefined,
    cutOff: undefined,
    monitored: false,
  };
  const guarded = call as GuardedCall;
  guarded[guard] = added;
  guarded.emit = guardedEmit;
  guarded.destroy = guardedDestroy;
  captureRejections(guarded);
  const boundary = boundaryOf(call.metadata);
  if (!boundary) return;
  containResponders(call, boundary);
  boundary.handled();
}

/**
 * Guards the responses of a call. These failures end the call:
 *
 * - an exception of an interceptor at a message or at the status: a message that was not written would block later ones;
 * - an exception or rejection of a callback of `write` or `end`.
 */
export function guardResponses(call: WritingCall): void {
  const guarded = call as GuardedCall<WritingCall>;
  const { _write, _final, write, end } = guarded;
  guarded[guard].responses = { _write, _final, write, end };
  if (hasInterceptorsBetween(call, boundaryOf(call.metadata))) {
    guarded._write = passMessage;
    guarded._final = passStatus;
  }
  guarded.write = guardedWrite;
  guarded.end = guardedEnd;
}

/** Ends the stream under a call with a status, after the messages that were written. */
export function endWith(call: HandledCall, status: PackedError): void {
  const { sender } = (call as GuardedCall)[guard];
  if (sender) Reflect.apply(sender, call, [status]);
}

/** Returns the guard of a call, or `undefined` if no `richHandlers` of this copy of the package wraps its handler. */
export function guardOf(call: GuardedCall): Guard;
export function guardOf(call: object): Guard | undefined;
export function guardOf(call: object): Guard | undefined {
  return (call as { [guard]?: Guard })[guard];
}

/** Checks whether a call has many requests. */
export function isReadingCall(call: HandledCall): call is ReadingCall {
  return "iterator" in call;
}

/**
 * The event that a guarded call emits when it is over, before `"cancelled"`. If a listener for `"cancelled"` throws, Node
 * skips the listeners after it.
 */
export const OVER: unique symbol = Symbol("grpc-rich-errors.over");

/** The field of a call that holds its guard. A `WeakMap` would cost time in every call that succeeds. */
const guard: unique symbol = Symbol("grpc-rich-errors.guard");

export type GuardedCall<Call extends HandledCall = HandledCall> = Call & { [guard]: Guard };

/** A call with many requests. */
export type ReadingCall = HandledCall &
  Pick<Readable, "iterator" | "push" | "readableEnded" | typeof Symbol.asyncIterator> &
  Required<Pick<Readable, "_read">>;

/** A call with many responses, and the methods by which its stream passes them on. */
export type WritingCall = HandledCall &
  Required<Pick<Writable, "_write" | "_final">> &
  Pick<Writable, "writableEnded"> & {
    write(message: unknown, encoding?: unknown, callback?: unknown): boolean;
    end(...args: unknown[]): unknown;
  };

/** The state of a guarded call, with the original methods of the call. All calls share their replacements. */
interface Guard {
  readonly settlement: Settlement;
  readonly emit: HandledCall["emit"];
  readonly destroy: HandledCall["destroy"];
  /** The listener by which grpc-js ends a stream with a status. */
  readonly sender: ((status: unknown) => void) | undefined;
  /** The original method of a call with many requests. */
  push: ReadingCall["push"] | undefined;
  /** The original methods of a call with many responses. */
  responses: Pick<WritingCall, "_write" | "_final" | "write" | "end"> | undefined;
  /** The error that ends the requests, if the call ended before they did. */
  cutOff: RichError | undefined;
  /** Whether monitors have already seen the error that is being emitted. */
  monitored: boolean;
}

/** Makes Node capture the rejections of async listeners, as the option `captureRejections` does. */
function captureRejections(call: GuardedCall): void {
  // The constructor keeps the listeners of an emitter that already exists.
  Reflect.apply(EventEmitter as unknown as (options: object) => void, call, [CAPTURE]);
  call[captureRejectionSymbol] = failWith;
}

const CAPTURE = { captureRejections: true };

function failWith(this: GuardedCall, thrown: unknown): void {
  this[guard].settlement.fail(thrown);
}

/** Emits an event. Once the handler has returned, nothing else catches what a listener throws. */
function guardedEmit(this: GuardedCall, event: string | symbol, ...args: unknown[]): boolean {
  const { settlement, emit, monitored } = this[guard];
  try {
    if (event === "error") return emitError(this, args);
    if (event === errorMonitor && monitored) return true;
    if (event === "cancelled") emit.call(this, OVER);
    return emit.call(this, event, ...args);
  } catch (thrown) {
    settlement.fail(thrown);
    return true;
  }
}

/**
 * Ends the call with an error that the handler emits, which grpc-js would send
 * unchanged. Listeners get the error itself, monitors the error that the client gets.
 */
function emitError(call: GuardedCall, args: readonly unknown[]): boolean {
  const { settlement, emit, sender, cutOff } = call[guard];
  const [thrown] = args;
  const isCutOff = cutOff !== undefined && thrown === cutOff;
  const monitored = !isCutOff && settlement.fail(thrown);
  if (sender) call.removeListener("error", sender);
  if (call.listenerCount("error") === 0) {
    // Without a listener, Node would throw the error.
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
 * After the end of the call, it only releases the stream.
 */
function guardedDestroy(this: GuardedCall, error?: Error | null): unknown {
  const { settlement, destroy } = this[guard];
  if (this.cancelled || this.writableFinished) {
    try {
      return destroy.call(this, error ?? cutOffOf(this));
    } catch {
      // Node reads the stack of the error, and its getter threw.
      settlement.fail(error);
      return Reflect.apply(destroy, this, []);
    }
  }
  settlement.fail(error ?? new Error("the handler destroyed the call before the call had its status"));
  return this;
}

/**
 * Returns the error that ends the stream of a call that ended without a status of
 * its handler, so that a reader does not take the requests for complete. If all
 * requests were read, only the monitors get it.
 */
function cutOffOf(call: GuardedCall): Error | undefined {
  const { settlement, cutOff } = call[guard];
  if (cutOff || call.writableFinished || settlement.responded) return undefined;
  const end = endOf(call.cancelled, call.getDeadline());
  if (!end) return undefined;
  if (isReadingCall(call) && !call.readableEnded) {
    call[guard].cutOff = endError(end);
    return call[guard].cutOff;
  }
  if (call.listenerCount(errorMonitor) > 0) call.emit(errorMonitor, endError(end));
  return undefined;
}

type Sink = GuardedCall<WritingCall>;

function passMessage(this: Sink, ...args: Parameters<WritingCall["_write"]>): void {
  this[guard].settlement.passing(() => void Reflect.apply(responsesOf(this)._write, this, args));
}

function passStatus(this: Sink, ...args: Parameters<WritingCall["_final"]>): void {
  this[guard].settlement.passing(() => void Reflect.apply(responsesOf(this)._final, this, args));
}

/** The `write` of a stream takes its callback after the message or after an encoding. */
function guardedWrite(this: Sink, message: unknown, encoding?: unknown, callback?: unknown): boolean {
  const { write } = responsesOf(this);
  if (isCallback(encoding)) return write.call(this, message, guardedCallback(encoding, this));
  return write.call(this, message, encoding, isCallback(callback) ? guardedCallback(callback, this) : callback);
}

/** The `end` of grpc-js takes trailers, and would send a callback as trailers. */
function guardedEnd(this: Sink, ...args: unknown[]): unknown {
  const callback = args.find(isCallback);
  if (callback)
    finished(this as unknown as NodeJS.WritableStream, { readable: false }, guardedCallback(callback, this));
  return Reflect.apply(responsesOf(this).end, this, callback ? args.filter((value) => value !== callback) : args);
}

type Callback = (error?: Error | null) => unknown;

function isCallback(value: unknown): value is Callback {
  return typeof value === "function";
}

function guardedCallback(callback: Callback, call: Sink): (error?: Error | null) => void {
  return (error) => {
    const { settlement } = call[guard];
    try {
      const result = error == null ? callback() : callback(error);
      if (isThenable(result)) result.then(undefined, (thrown: unknown) => settlement.fail(thrown));
    } catch (thrown) {
      settlement.fail(thrown);
    }
  };
}

function responsesOf(call: Sink): NonNullable<Guard["responses"]> {
  const { responses } = call[guard];
  if (!responses) throw new TypeError("the responses of the call are not guarded");
  return responses;
}

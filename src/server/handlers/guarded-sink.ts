import { finished, type Readable, type Writable } from "node:stream";
import { isThenable } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import type { GuardedCall, Settlement } from "./settlement.js";

type Sink = Guarded<GuardedSink>;

type Callback = (error?: Error | null) => unknown;

/**
 * Guards the responses of a call, where nobody else may be there to catch a failure:
 *
 * - If an interceptor throws at a message or at the status, the call ends with
 *   that: a message that was not written keeps all that follow waiting.
 * - So it does if a callback of `write` or `end` throws or rejects.
 */
export function guardWriting(call: GuardedSink): void {
  const guarded = call as Sink;
  const { _write, _final, write, end } = guarded;
  guarded[guard].sink = { _write, _final, write, end };
  guarded._write = passMessage;
  guarded._final = passStatus;
  guarded.write = guardedWrite;
  guarded.end = guardedEnd;
}

function passMessage(this: Sink, ...args: Parameters<GuardedSink["_write"]>): void {
  this[guard].settlement.passing(() => void Reflect.apply(sinkOf(this)._write, this, args));
}

function passStatus(this: Sink, ...args: Parameters<GuardedSink["_final"]>): void {
  this[guard].settlement.passing(() => void Reflect.apply(sinkOf(this)._final, this, args));
}

/** A stream's `write` takes a callback after the message, or after an encoding. */
function guardedWrite(this: Sink, message: unknown, encoding?: unknown, callback?: unknown): boolean {
  const args = isCallback(encoding)
    ? [message, caught(encoding, this)]
    : [message, encoding, isCallback(callback) ? caught(callback, this) : callback];
  return Reflect.apply(sinkOf(this).write, this, args);
}

/** grpc-js's `end` takes trailers, and would send a callback as these. */
function guardedEnd(this: Sink, ...args: unknown[]): unknown {
  const callback = args.find(isCallback);
  if (callback) finished(this as unknown as NodeJS.WritableStream, { readable: false }, caught(callback, this));
  return Reflect.apply(sinkOf(this).end, this, callback ? args.filter((value) => value !== callback) : args);
}

function isCallback(value: unknown): value is Callback {
  return typeof value === "function";
}

/** The same callback, whose failures end the call. */
function caught(callback: Callback, call: Sink): (error?: Error | null) => void {
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

function sinkOf(call: Sink): NonNullable<Guard["sink"]> {
  const { sink } = call[guard];
  if (!sink) throw new TypeError("the call's responses are not guarded");
  return sink;
}

/** A call that reads many requests. */
export type ReadableCall = GuardedCall &
  Pick<Readable, "iterator" | "push" | "readableEnded" | typeof Symbol.asyncIterator> &
  Required<Pick<Readable, "_read">>;

/** A call that answers many messages, with the methods by which its stream hands them on. */
export type GuardedSink = GuardedCall &
  Required<Pick<Writable, "_write" | "_final">> &
  Pick<Writable, "write" | "writableEnded"> & { end(...args: unknown[]): unknown };

/** The guard of a call, and the methods of the call that it replaces. Kept at the call, so that all calls share the functions. */
export interface Guard {
  readonly settlement: Settlement;
  readonly emit: GuardedCall["emit"];
  readonly destroy: GuardedCall["destroy"];
  /** grpc-js's own listener for errors, which ends a stream with a status. */
  readonly sender: ((status: unknown) => void) | undefined;
  /** Only of a call with many requests. */
  push: ReadableCall["push"] | undefined;
  /** Only of a call with many responses. */
  sink: Pick<GuardedSink, "_write" | "_final" | "write" | "end"> | undefined;
  /** The error by which the requests end, if the call ended before they did. */
  cutOff: RichError | undefined;
  /** Monitors know the error that is being emitted. */
  monitored: boolean;
}

export const guard: unique symbol = Symbol("grpc-rich-errors.guard");

export type Guarded<Call extends GuardedCall = GuardedCall> = Call & { [guard]: Guard };

/** A guarded call emits this when it is over, before `"cancelled"`: a listener for that may throw, and those after it are not called. */
export const OVER: unique symbol = Symbol("grpc-rich-errors.over");

/** The guard of a call, if `richHandlers` of this copy of the package wraps its handler. */
export function guardOf(call: object): Guard | undefined {
  return (call as { [guard]?: Guard })[guard];
}

import { finished } from "node:stream";
import { isThenable } from "../platform/values.js";
import { type Guard, type Guarded, type GuardedSink, guard } from "./guard.js";

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

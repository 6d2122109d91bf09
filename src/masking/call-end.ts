import type { Deadline } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { isError } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { clientLibraryOf } from "./client-library.js";

/** The end of a call before its handler's: the client cancelled it, or its deadline passed. */
export type CallEnd = typeof Code.CANCELLED | typeof Code.DEADLINE_EXCEEDED;

/**
 * A call this close to its deadline, in milliseconds, counts as past it: timers fire
 * early, and the client's clock differs from the server's.
 */
const DEADLINE_TOLERANCE = 10;

/** Returns how a call ended, or `undefined` if it runs. The deadline counts even before grpc-js's timer fires. */
export function endOf(over: boolean, deadline: Deadline): CallEnd | undefined {
  if (Number(deadline) - DEADLINE_TOLERANCE <= Date.now()) return Code.DEADLINE_EXCEEDED;
  return over ? Code.CANCELLED : undefined;
}

/** Returns the error of a call that ended before its handler did. */
export function endError(end: CallEnd, cause?: unknown): RichError {
  const message = end === Code.CANCELLED ? "the call was cancelled" : "the deadline of the call has passed";
  return new RichError(end, message, cause === undefined ? {} : { cause });
}

/**
 * Checks whether a handler threw a value because its call had ended: an aborted or
 * timed-out wait, a call to another server that was cancelled along with this one, a
 * closed stream. A RichError made in this process never counts. Never throws.
 */
export function isCausedByEnd(thrown: unknown): boolean {
  try {
    return isError(thrown) && !(thrown instanceof RichError && !thrown.received) && isEnd(thrown);
  } catch {
    // A getter of the thrown value threw.
    return false;
  }
}

function isEnd(thrown: Error): boolean {
  if (thrown.name === "AbortError" || thrown.name === "TimeoutError") return true;
  if (!("code" in thrown)) return false;
  const { code } = thrown;
  if (STREAM_CLOSED.has(code)) return true;
  if (!END_CODES.has(code)) return false;
  return (typeof code === "number" && "details" in thrown) || clientLibraryOf(thrown) !== undefined;
}

/** The codes of calls that ended along with this one. protobuf-ts has their names. */
const END_CODES: ReadonlySet<unknown> = new Set([
  Code.CANCELLED,
  Code.DEADLINE_EXCEEDED,
  "CANCELLED",
  "DEADLINE_EXCEEDED",
]);

const STREAM_CLOSED: ReadonlySet<unknown> = new Set([
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

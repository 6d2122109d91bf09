import type { Deadline } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { isError } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { clientLibraryOf } from "./client-library.js";

/** How a call ended over its handler's head: the client gave up, or its time was over. */
export type CallEnd = typeof Code.CANCELLED | typeof Code.DEADLINE_EXCEEDED;

/**
 * So many milliseconds before its deadline, a call is at its deadline: timers go
 * off early, and a client's clock for the call is not this server's.
 */
const EARLY = 10;

/** How a call ended, as far as it has: its deadline counts before the timer goes off that looks after it. */
export function endOf(over: boolean, deadline: Deadline): CallEnd | undefined {
  if (Number(deadline) - EARLY <= Date.now()) return Code.DEADLINE_EXCEEDED;
  return over ? Code.CANCELLED : undefined;
}

/** What is said of a call that ended so. */
export function endError(end: CallEnd, cause?: unknown): RichError {
  const message = end === Code.CANCELLED ? "the call was cancelled" : "the deadline of the call has passed";
  return new RichError(end, message, cause === undefined ? {} : { cause });
}

/**
 * Tells what a handler throws because its call has ended: what it waited for was
 * aborted or timed out, a call to another server ended with this one, a stream
 * was closed under it. An error that this process made for its client is no such
 * thing. Never throws.
 */
export function followsFromEnd(thrown: unknown): boolean {
  try {
    return isError(thrown) && !(thrown instanceof RichError && !thrown.received) && isEnd(thrown);
  } catch {
    // A getter of what was thrown threw in its turn.
    return false;
  }
}

function isEnd(thrown: Error): boolean {
  if (thrown.name === "AbortError" || thrown.name === "TimeoutError") return true;
  if (!("code" in thrown)) return false;
  const { code } = thrown;
  if (typeof code === "string" && STREAM_CLOSED.has(code)) return true;
  if (!ENDS.has(code)) return false;
  return (typeof code === "number" && "details" in thrown) || clientLibraryOf(thrown) !== undefined;
}

/** The codes of calls that ended with this one; protobuf-ts has their names. */
const ENDS: ReadonlySet<unknown> = new Set([Code.CANCELLED, Code.DEADLINE_EXCEEDED, "CANCELLED", "DEADLINE_EXCEEDED"]);

const STREAM_CLOSED = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"]);

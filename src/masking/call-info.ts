import type { Deadline, Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { isError } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import { clientLibraryOf } from "./client-library.js";

/** What is known of a call beside its requests. */
export interface CallInfo {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /** The address of the client: `"10.0.0.7:49152"`. */
  readonly peer: string;
  /** What came with the call. Not among what is printed, because it may hold secrets. */
  readonly metadata: Metadata;
  /**
   * The id of the call, the same for all that is told of it: its `x-request-id`,
   * else the trace id of its `traceparent`, else a random UUID.
   */
  readonly requestId: string;
}

/** What is known of a call. Most of it is found out when it is first asked for: most failures are told to nobody. */
export class ServerCallInfo implements CallInfo {
  readonly #connection: Connection;
  readonly #metadata: Metadata;
  #requestId: string | undefined;

  constructor(
    readonly method: string,
    connection: Connection,
    metadata: Metadata,
  ) {
    this.#connection = connection;
    this.#metadata = metadata;
  }

  get peer(): string {
    // Not `getPeer`, which has forgotten it when the call is over.
    const { remoteAddress = "unknown", remotePort } = this.#connection.getConnectionInfo();
    return remotePort === undefined ? remoteAddress : `${remoteAddress}:${remotePort}`;
  }

  get metadata(): Metadata {
    return this.#metadata;
  }

  get requestId(): string {
    this.#requestId ??= requestIdOf(this.#metadata);
    return this.#requestId;
  }
}

type Connection = Pick<ServerInterceptingCallInterface, "getConnectionInfo">;

/**
 * The id of a call, for logs and for those who ask about an error:
 *
 * 1. the call's `x-request-id`, if it is one: 128 characters at most, none of which a log could stumble over;
 * 2. the trace id of its `traceparent`, if that is well-formed;
 * 3. a random UUID.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function requestIdOf(callMetadata: Pick<Metadata, "get"> | undefined): string {
  return givenId(callMetadata) ?? traceIdOf(callMetadata) ?? crypto.randomUUID();
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

function givenId(callMetadata: Pick<Metadata, "get"> | undefined): string | undefined {
  const [given] = callMetadata?.get("x-request-id") ?? [];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : undefined;
}

/** Version, trace id, parent id and flags. Versions to come may have more behind. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

function traceIdOf(callMetadata: Pick<Metadata, "get"> | undefined): string | undefined {
  const [given, another] = callMetadata?.get("traceparent") ?? [];
  // Two of them are as good as none.
  if (typeof given !== "string" || another !== undefined) return undefined;
  const [, version, traceId, more] = TRACEPARENT.exec(given) ?? [];
  return version === "00" && more !== undefined ? undefined : traceId;
}

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
export function isCausedByEnd(thrown: unknown): boolean {
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

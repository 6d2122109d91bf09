import { type Channel, type ClientReadableStream, connectivityState } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { REJECTED_BY_CLIENT } from "../error/origin.js";
import { ReceivedContent } from "../error/received-content.js";
import { errorOf, type RichError } from "../rich-error.js";
import { isRead, keepUnreadMessages } from "./unread-messages.js";

/** What a caller does to a call by itself, and hears of at once. */
const OWN_DOING = /^(Cancelled on client$|Cancelled by parent call$|Deadline exceeded)/;

const ORDERED = Symbol("ordered");

interface Ordered {
  [ORDERED]?: true;
}

/** Tells an error of a call from one that the caller's own code puts into the stream. */
export function isErrorOfCall(error: unknown): error is Error & { readonly details: unknown } {
  return error instanceof Error && "code" in error && "details" in error;
}

/**
 * Orders the events of a streaming call, so that whoever reads it learns the truth:
 *
 * - Messages that arrived before an error are read before it, however slowly. `"error"` comes in the place of `"end"`,
 *   and a stream that is paused has it when it is resumed.
 * - A caller that cancels or runs out of time has the error at once, as does a caller that never reads.
 * - A stream that is destroyed before its end cancels the call, and emits no other error.
 *
 * @param toError makes what is emitted of an error of the call
 */
export function orderEvents(call: ClientReadableStream<unknown> & Ordered, toError: (error: Error) => unknown): void {
  if (call[ORDERED]) return;
  call[ORDERED] = true;
  const { emit } = call;
  let over = false;
  let left = false;
  let held: { readonly error: unknown } | undefined;
  const release = () => {
    if (!held) return;
    const { error } = held;
    held = undefined;
    emit.call(call, "error", error);
  };
  const emitError = (error: unknown): boolean => {
    if (!isErrorOfCall(error)) return emit.call(call, "error", error);
    if (left) return false;
    const converted = toError(error);
    if (call.readableLength === 0 || call.destroyed || !isRead(call) || OWN_DOING.test(String(error.details))) {
      return emit.call(call, "error", converted);
    }
    held = { error: converted };
    const { cancel } = call;
    call.cancel = () => {
      cancel.call(call);
      release();
    };
    return true;
  };
  call.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    switch (event) {
      case "metadata":
        keepUnreadMessages(call);
        break;
      case "status":
        over = true;
        break;
      case "error":
        return emitError(args[0]);
      case "end":
        release();
        // A listener of the error may have destroyed the stream, which then has no end.
        if (call.destroyed) return false;
        break;
      case "close":
        left = true;
        held = undefined;
        if (!over) call.cancel();
    }
    return emit.call(call, event, ...args);
  };
}

/** Tells whether a client's `close()` has been called. */
export function isClosed(channel: Pick<Channel, "getConnectivityState">): boolean {
  return channel.getConnectivityState(false) === connectivityState.SHUTDOWN;
}

/** Tells whether grpc-js threw something because the client is closed. */
export function isThrownByClosed(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === "Channel has been shut down";
}

/** The error of a call that is made after the client's `close()`. */
export function closedClientError(): RichError {
  const status = { code: Code.UNAVAILABLE, message: "the client is closed: make the call before close()" };
  return errorOf(
    new ReceivedContent(status, { ...status, details: [], issues: [] }, [], { originFacts: REJECTED_BY_CLIENT }),
    new Error(),
  );
}

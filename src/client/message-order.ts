import type { ClientReadableStream } from "@grpc/grpc-js";
import { isWithoutStatus } from "../error/network-failure.js";
import { isRead, keepUnreadMessages } from "./unread-messages.js";

/** Matches the texts of errors that the caller causes and gets at once. */
const CAUSED_BY_CALLER = /^(Cancelled on client$|Cancelled by parent call$|Deadline exceeded)/;

const ORDERED = Symbol("ordered");

interface Ordered {
  [ORDERED]?: true;
}

/**
 * Orders the events of a streaming call so that no reader takes a failed call for a complete one:
 *
 * - Messages that arrived before an error are read before it, however slow the reader is. `"error"`
 *   takes the place of `"end"`, and a paused stream emits it after it is resumed.
 * - A caller that cancels, runs out of time or never reads gets the error at once.
 * - Destroying a stream before its end cancels the call. The stream then emits no other error.
 *
 * @param toError converts an error of the call to the one that the stream emits
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
    if (call.readableLength === 0 || call.destroyed || !isRead(call) || CAUSED_BY_CALLER.test(String(error.details))) {
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
        // A listener of the error may have destroyed the stream, which then emits no "end".
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

/** Checks whether an error comes from the call, and not from the caller's own code, which may destroy the stream with it. */
export function isErrorOfCall(error: unknown): error is Error & { readonly details?: unknown } {
  return error instanceof Error && (("code" in error && "details" in error) || isWithoutStatus(error));
}

import { type Channel, connectivityState } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { NOT_LET_GO } from "../error/origin.js";
import { Incoming } from "../error/received-content.js";
import { errorOf, type RichError } from "../rich-error.js";

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
  return errorOf(new Incoming(status, { ...status, details: [], issues: [] }, [], { source: NOT_LET_GO }), new Error());
}

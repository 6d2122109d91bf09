import type { Deadline } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { type CallInfo, endError, endOf } from "../masking/call-info.js";
import { isThenable } from "../platform/values.js";
import { RichError } from "../rich-error.js";

/** A call that failed, as `onError` is reported of it. */
export interface FailedCall extends CallInfo {
  /** What the handler failed with, whole. Of a call that did not fail by its handler, what it failed by. */
  readonly error: unknown;
  /** What the client gets. Details of it that could not be packed are in its `issues`. */
  readonly sent: RichError;
  /** The error was not meant for the client, which gets `INTERNAL` and the request id. */
  readonly masked: boolean;
  /** The method's contract does not name the error. With `strictContracts`, it is masked. */
  readonly outsideContract: boolean;
  /**
   * The client does not get the error, because the call is over: it was answered
   * before or cancelled, or its deadline has passed. `sent` is what would have
   * been sent.
   */
  readonly late: boolean;
  /** What of the error the client does not get, because it did not fit: some names, and the count of all others (`"+7997"`). */
  readonly shed: readonly string[];
  /**
   * Why the error was masked, if it is another server's or a plain status; what was
   * left out of it; which functions that the boundary was given failed; which
   * trailers HTTP/2 cannot carry.
   */
  readonly problems: readonly Error[];
}

/** What becomes of a failure, beside what is known of its call. */
export type Report = Omit<FailedCall, keyof CallInfo>;

/** Tells of a call that failed. Whatever the listener does, it does to itself. */
export function reportFailure(onError: (call: FailedCall) => unknown, info: CallInfo, report: Report): void {
  try {
    const { method, peer, requestId, metadata } = info;
    const call = Object.defineProperty({ ...report, method, peer, requestId }, "metadata", { value: metadata });
    const reported = onError(call as FailedCall);
    if (isThenable(reported)) reported.then(undefined, () => {});
  } catch {}
}

/** What is known of a call that is over, and got no status from here. */
export interface UnreportedEnd {
  readonly deadline: Deadline;
  /** The stream under the call stands yet: it was not the client who ended it, and not the connection. */
  readonly standing: boolean;
  /** A response that was handed to grpc-js, and not written since. */
  readonly unwritten: { readonly response: unknown } | undefined;
  readonly serialize: (response: never) => Uint8Array;
}

/**
 * Says by what a call failed whose status grpc-js sent itself, past all
 * interceptors, which only learn that the call is over:
 *
 * - its deadline passed;
 * - its response cannot be serialized, or is larger than `grpc.max_send_message_length`;
 * - a request cannot be read, or is larger than `grpc.max_receive_message_length`.
 *   Which of these it was, grpc-js does not say.
 *
 * Answers nothing for a call that the client ended: nothing failed.
 */
export function unreportedFailure({ deadline, standing, unwritten, serialize }: UnreportedEnd): Report | undefined {
  const end = endOf(false, deadline);
  if (end) return failedBy(endError(end));
  if (unwritten) {
    try {
      void serialize(unwritten.response as never);
    } catch (error) {
      return { ...failedBy(new RichError(Code.INTERNAL, "Error serializing response")), error, masked: true };
    }
  }
  if (!standing) return undefined;
  return failedBy(
    unwritten
      ? new RichError(Code.RESOURCE_EXHAUSTED, "the response is larger than grpc.max_send_message_length")
      : new RichError(Code.INTERNAL, "a request cannot be read, or is larger than grpc.max_receive_message_length"),
  );
}

function failedBy(sent: RichError): Report {
  return { error: sent, sent, masked: false, outsideContract: false, late: false, shed: [], problems: [] };
}

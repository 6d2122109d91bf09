import type { Deadline } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { endError, endOf } from "../masking/call-info.js";
import { RichError } from "../rich-error.js";
import type { Report } from "./failed-call.js";

/** What is known of a call that is over, and got no status from here. */
export interface UnheardEnd {
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
export function unheardFailure({ deadline, standing, unwritten, serialize }: UnheardEnd): Report | undefined {
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

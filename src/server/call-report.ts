import { type Deadline, status as grpcStatus } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { thrownOf } from "../error/carried-metadata.js";
import { endError, endOf } from "../masking/call-end.js";
import type { CallInfo } from "../masking/call-info.js";
import { observers } from "../platform/observer.js";
import { callHook } from "../platform/values.js";
import { RichError } from "../rich-error.js";
import type { FailingCall, Status } from "./final-status.js";
import type { FailedCall, ResolvedOptions } from "./options.js";
import { decideFailure, FailureMetadata, type PackedFailure, thrownAs } from "./thrown-to-status.js";

/** The part of a {@link FailedCall} that is about the failure, not about the call. */
export type Report = Omit<FailedCall, keyof CallInfo>;

type OnError = (call: FailedCall) => unknown;

/** The parts of a call that a report depends on. */
interface ReportedCall extends FailingCall {
  readonly info: CallInfo;
  /** The running calls of the interceptor, by which observers tell servers apart. */
  readonly calls: object;
}

/** Reports each failure of one call to `onError` once. */
export class CallReport {
  /** The metadata of the last status that was reported, if another interceptor made it. */
  #last: unknown;

  constructor(
    private readonly onError: OnError | undefined,
    private readonly call: ReportedCall,
  ) {}

  /**
   * Remembers that the failure of a status is reported, or is about to be.
   *
   * The call outlives its status, and errors with stacks are large. So the flag is on the metadata, and nothing here
   * keeps an error alive.
   */
  note(metadata: unknown): void {
    if (metadata instanceof FailureMetadata) metadata.reported = true;
    else this.#last = metadata;
  }

  /** Reports a failure whose status was sent. */
  sent(packed: PackedFailure, thrown: unknown): void {
    this.#reportPacked(packed, thrown, false);
  }

  /** Reports a failure whose status was packed, but came too late to be sent. */
  unsent(packed: PackedFailure): void {
    this.#reportPacked(packed, packed.failure.thrown, true);
  }

  /** Reports the failure of a status that came too late, unless it is already reported. */
  lateStatus({ code, details, metadata }: Status): void {
    if (code === grpcStatus.OK || this.#isNoted(metadata)) return;
    this.note(metadata);
    const { options, optionsOfMethod } = this.call;
    if (metadata instanceof FailureMetadata) this.late(metadata.packed.failure.thrown, optionsOfMethod);
    else this.late(thrownOf(metadata) ?? thrownAs(code, details), options);
  }

  /** Reports a value that was thrown too late for a status. */
  late(thrown: unknown, options: ResolvedOptions): void {
    const decision = decideFailure(this.call.failure(thrown, undefined), options);
    this.#report({ ...decision, error: thrown, late: true, shed: [] });
  }

  /** Reports the failure of a call that grpc-js ended itself. */
  end(failure: Report): void {
    this.#report(failure);
  }

  /** Checks whether the failure of a status is already reported. */
  #isNoted(metadata: unknown): boolean {
    if (metadata instanceof FailureMetadata) return metadata.reported;
    return metadata != null && metadata === this.#last;
  }

  #reportPacked({ decision, content, shed }: PackedFailure, thrown: unknown, late: boolean): void {
    this.#report({ ...decision, error: thrown, late, shed, problems: content.problems });
  }

  #report(report: Report): void {
    const { info, calls } = this.call;
    const observed = observers();
    if (observed) reportFailure((call) => observed.failed(call, calls), info, report);
    if (this.onError) reportFailure(this.onError, info, report);
  }
}

/** Calls `onError`, and ignores whatever it throws or rejects with. */
export function reportFailure(onError: OnError, info: CallInfo, report: Report): void {
  callHook(() => {
    const { method, peer, requestId, metadata } = info;
    // Not enumerable: it may hold secrets, and programs print what `onError` gets.
    const call = Object.defineProperty({ ...report, method, peer, requestId }, "metadata", { value: metadata });
    return onError(call as FailedCall);
  });
}

const NO_BUFFER = "the responseSerialize of the method did not return a Buffer";

/** A call that ended without a status from this package. */
export interface UnreportedEnd {
  readonly deadline: Deadline;
  /** Whether the stream under the call is still open. If so, neither the client nor the connection ended the call. */
  readonly standing: boolean;
  /** The response that grpc-js has received and not written. */
  readonly unwritten: { readonly response: unknown } | undefined;
  readonly serialize: (response: never) => Uint8Array;
}

/**
 * Returns the failure of a call whose status grpc-js sent past all interceptors.
 * They only learn that the call is over. One of these happened:
 *
 * - The deadline passed.
 * - The response cannot be serialized, or is larger than `grpc.max_send_message_length`.
 * - A request cannot be read, or is larger than `grpc.max_receive_message_length`.
 *   grpc-js does not say which.
 *
 * Returns `undefined` if the client ended the call, which is no failure.
 */
export function unreportedFailure({ deadline, standing, unwritten, serialize }: UnreportedEnd): Report | undefined {
  const end = endOf(false, deadline);
  if (end) return failedBy(endError(end));
  if (unwritten) {
    try {
      // grpc-js fails at anything else.
      if (!Buffer.isBuffer(serialize(unwritten.response as never))) throw new TypeError(NO_BUFFER);
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

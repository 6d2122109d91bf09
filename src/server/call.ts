import {
  status as grpcStatus,
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { type CallInfo, endOf, ServerCallInfo } from "../masking/call-info.js";
import type { Failure } from "../masking/mask.js";
import { isEmpty, requireSendable } from "../status/sendable-metadata.js";
import { BoundaryListener, type CallBoundary, ContainedListener } from "./call-listener.js";
import { type Report, reportFailure, unreportedFailure } from "./call-report.js";
import type { RunningCall, RunningCalls } from "./drain.js";
import {
  decisionOf,
  type FinalStatus,
  type PackedFailure,
  PackedMetadata,
  packAgain,
  packFailure,
  refit,
  repack,
  sendableSuccess,
  trailersBeside,
} from "./final-status.js";
import { containListeners } from "./interceptor-hooks.js";
import type { ResolvedOptions } from "./options.js";

type Call = ServerInterceptingCallInterface;
type Method = Parameters<ServerInterceptor>[0];
type Status = Parameters<Call["sendStatus"]>[0];

/** Passes everything through as it is, but the status of a call that failed. */
export class BoundaryCall extends ServerInterceptingCall implements CallBoundary {
  earlier: RunningCall | undefined;
  later: RunningCall | undefined;
  /** The call has its status, or gets none any more. */
  #ended = false;
  #over = false;
  /** The boundary of an interceptor of ours that stands before this one, which then has nothing to do. */
  #first: CallBoundary | undefined;
  #listener: BoundaryListener | undefined;
  #callInfo: CallInfo | undefined;
  /** A status that is on its way through the other interceptors. */
  #pending: PackedMetadata | undefined;
  /** The metadata of the last failure that another interceptor made, and that was reported. */
  #last: unknown;
  #responded = false;
  /** The initial metadata are sent. */
  #begun = false;
  #writing = false;
  /** What is being written, if anything is. */
  #response: unknown;
  #written: (() => void) | undefined;
  #guarded: (() => void) | undefined;

  constructor(
    private readonly next: Call,
    private readonly method: Method,
    private readonly options: ResolvedOptions,
    /** For what its handler fails with, which the method's contract is about. */
    private readonly optionsOfMethod: ResolvedOptions,
    private readonly calls: RunningCalls,
  ) {
    super(next);
  }

  // Straight through: the base class would wrap each of these for responders that are not there.
  override start(listener: Parameters<Call["start"]>[0]): void {
    containListeners(listener, this);
    const inner = this.options.containUncaught ? new ContainedListener(listener, this) : listener;
    this.#listener = new BoundaryListener(inner, this, this.calls);
    this.next.start(this.#listener);
  }

  /** @throws TypeError for metadata that HTTP/2 cannot send, at which grpc-js would throw and then never end the call */
  override sendMetadata(metadata: Metadata | null | undefined): void {
    // grpc-js sends metadata once, before the first message, and takes no more.
    if (this.#begun || this.#responded || this.#ended) return;
    if (metadata == null) this.next.sendMetadata(new Metadata());
    else this.next.sendMetadata(isEmpty(metadata) ? metadata : requireSendable(metadata));
    this.#begun = true;
  }

  override sendMessage(message: unknown, callback: () => void): void {
    // The call was ended from outside, and another message would break the stream under it.
    if (this.#ended) return;
    if (this.#responded && !this.method.responseStream) {
      // grpc-js would write it, and one of the two ends of the call would never learn its status.
      this.late(new Error("the handler called back with a second response, which is not sent"));
      return;
    }
    this.#responded = true;
    this.#writing = true;
    this.#response = message;
    this.next.sendMessage(message, this.#guard(callback));
  }

  /** Nobody catches what is thrown after a message is written: in `write`'s callback, or by an interceptor at the status. */
  #guard(callback: () => void): () => void {
    // A stream has the same callback for all of its messages.
    if (this.#guarded && callback === this.#written) return this.#guarded;
    this.#written = callback;
    const guarded = () => {
      this.#writing = false;
      this.#response = undefined;
      try {
        callback();
      } catch (thrown) {
        this.caught(thrown);
      }
    };
    this.#guarded = guarded;
    return guarded;
  }

  override sendStatus(status: Status): void {
    if (this.#first) {
      this.next.sendStatus(status);
      return;
    }
    if (typeof status !== "object" || status === null) {
      this.caught(new TypeError(`an interceptor sent ${String(status)} in place of a status`));
      return;
    }
    const { code, metadata } = status;
    // grpc-js throws at a second status.
    if (this.#ended) {
      this.#leaveUnsent(status);
      return;
    }
    this.#ended = true;
    this.#noteReported(metadata);
    if (code === grpcStatus.OK && (this.#responded || this.method.responseStream)) {
      this.next.sendStatus(sendableSuccess(status));
      return;
    }
    // Whatever another interceptor made of it, this is what the handler failed with.
    const known = metadata instanceof PackedMetadata ? metadata : this.#pending;
    if (known === this.#pending) this.#pending = undefined;
    const final = this.#finalStatus(status, known);
    this.next.sendStatus(final);
    const { packed } = final.metadata;
    this.#report(packed, known?.packed.failure ?? packed.failure, false);
  }

  fail(thrown: unknown): void {
    if (!this.#ended) this.sendStatus(packFailure(this.#failure(thrown, undefined), this.options));
  }

  stepAside(first: CallBoundary): void {
    this.#first = first;
    warnOfSecond();
  }

  caught(thrown: unknown): void {
    if (this.#first) {
      this.#first.caught(thrown);
      return;
    }
    if (this.#ended) {
      this.#reportLate(thrown, this.options);
      return;
    }
    const pending = this.#pending;
    this.#pending = undefined;
    this.fail(
      pending
        ? new AggregateError([thrown, pending.packed.failure.thrown], "an interceptor threw at a status")
        : thrown,
    );
  }

  packFailure(thrown: unknown, trailer: Metadata | undefined): FinalStatus {
    const status = packFailure(this.#failure(thrown, trailer), this.optionsOfMethod);
    if (this.#ended) this.#reportLateStatus(status.metadata);
    else this.#pending = status.metadata;
    this.#noteReported(status.metadata);
    return status;
  }

  late(thrown: unknown): void {
    this.#reportLate(thrown, this.optionsOfMethod);
  }

  over(): void {
    if (this.#first) return;
    this.#over = true;
    const { next, method, options } = this;
    if (!this.#ended && options.onError) {
      const failure = unreportedFailure({
        deadline: next.getDeadline(),
        standing: next.getPeer() !== "unknown",
        unwritten: this.#writing ? { response: this.#response } : undefined,
        serialize: method.responseSerialize,
      });
      if (failure) this.#send(failure);
    }
    this.#ended = true;
    if (this.#pending) this.#reportLateStatus(this.#pending);
  }

  /** @param known the failure that the status was made of, as far as this call knows */
  #finalStatus(status: Status, known: PackedMetadata | undefined): FinalStatus {
    const { code, details, metadata } = status;
    if (!known) {
      const failure = this.#failure(thrownAs(code, details), undefined);
      return packFailure({ ...failure, statusMetadata: metadata ?? null }, this.options);
    }
    const { failure, options, decision, message, content } = known.packed;
    if (isUnaltered(status, known.packed)) {
      if (metadata !== known) return repack(known.packed, metadata);
      if (options === this.optionsOfMethod) return refit({ code: decision.sent.code, details, metadata: known });
      // The handler could not see the boundary: another interceptor hands on other metadata than came.
      return packAgain(known, this.#failure(failure.thrown, failure.trailer), this.optionsOfMethod);
    }
    // Another interceptor made another status of it, for which the error no longer stands. Its trailers do.
    const altered = details === message && code !== grpcStatus.OK ? { code, details } : thrownAs(code, details);
    const meant = options === this.optionsOfMethod ? metadata : undefined;
    const failed = this.#failure(altered, meant ? trailersBeside(meant, content) : undefined);
    return packFailure({ ...failed, statusMetadata: metadata ?? null }, this.options);
  }

  /** Of a status that comes too late, the failure is reported, unless it is known. */
  #leaveUnsent({ code, details, metadata }: Status): void {
    if (code === grpcStatus.OK || this.#isReported(metadata)) return;
    this.#noteReported(metadata);
    if (metadata instanceof PackedMetadata) this.late(metadata.packed.failure.thrown);
    else this.#reportLate(thrownAs(code, details), this.options);
  }

  /** The call must not hold on to an error that was sent: it is there for longer, and errors with their stacks are large. */
  #noteReported(metadata: Status["metadata"]): void {
    if (metadata instanceof PackedMetadata) metadata.reported = true;
    else this.#last = metadata;
  }

  #isReported(metadata: Status["metadata"]): boolean {
    if (metadata instanceof PackedMetadata) return metadata.reported;
    return metadata != null && metadata === this.#last;
  }

  #failure(thrown: unknown, trailer: Metadata | undefined): Failure {
    const end = endOf(this.#over, this.next.getDeadline());
    return { thrown, trailer, callMetadata: this.#listener?.callMetadata, call: this.#info, end };
  }

  get #info(): CallInfo {
    if (!this.#callInfo) {
      this.#callInfo = new ServerCallInfo(this.method.path, this.next, this.#listener?.callMetadata ?? new Metadata());
    }
    return this.#callInfo;
  }

  #reportLate(thrown: unknown, options: ResolvedOptions): void {
    if (!options.onError) return;
    this.#send({ ...decisionOf(this.#failure(thrown, undefined), options), error: thrown, late: true, shed: [] });
  }

  /** Of a status that comes too late. */
  #reportLateStatus({ packed }: PackedMetadata): void {
    this.#report(packed, packed.failure, true);
  }

  #report({ decision, content, shed }: PackedFailure, { thrown }: Failure, late: boolean): void {
    if (this.options.onError) this.#send({ ...decision, error: thrown, late, shed, problems: content.problems });
  }

  #send(report: Report): void {
    const { onError } = this.options;
    if (onError) reportFailure(onError, this.#info, report);
  }
}

let warnedOfSecond = false;

function warnOfSecond(): void {
  if (warnedOfSecond) return;
  warnedOfSecond = true;
  process.emitWarning(
    "richErrorServerInterceptor is attached to a server twice. The one farther from the network has no effect: remove it",
    { type: "GrpcRichErrorsWarning", code: "GRPC_RICH_ERRORS_ATTACHED_TWICE" },
  );
}

function isUnaltered({ code, details }: Status, { decision, message }: PackedFailure): boolean {
  return code === decision.sent.code && details === message;
}

/**
 * What was thrown, by a status that was not made by this package: by grpc-js
 * itself, by another interceptor or by a handler that is not wrapped. Errors
 * without a code come here as UNKNOWN with their text.
 */
function thrownAs(code: Status["code"], details: string): unknown {
  if (code === grpcStatus.OK) return new Error("the call ended without a response, and without an error");
  return code === grpcStatus.UNKNOWN ? new Error(details) : { code, details };
}

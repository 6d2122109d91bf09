import {
  status as grpcStatus,
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { type CallInfo, endOf, IncomingCall } from "../masking/call-info.js";
import type { Failure } from "../masking/mask.js";
import { isEmpty, requireSendable } from "../status/sendable-metadata.js";
import { BoundaryListener, type CallBoundary, ContainedListener } from "./call-listener.js";
import { type Report, tell, unheardFailure } from "./call-report.js";
import type { RunningCall, RunningCalls } from "./drain.js";
import {
  refit,
  repack,
  type Seal,
  type Sealed,
  SealedMetadata,
  seal,
  sealAgain,
  sendableSuccess,
  trailersBeside,
  verdictOf,
} from "./final-status.js";
import { containListeners } from "./interceptor-hooks.js";
import type { Policy } from "./resolved-options.js";

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
  #incoming: CallInfo | undefined;
  /** A status that is on its way through the other interceptors. */
  #pending: SealedMetadata | undefined;
  /** The metadata of the last failure that another interceptor made, and that was told. */
  #last: unknown;
  #answered = false;
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
    private readonly policy: Policy,
    /** For what its handler fails with, which the method's contract is about. */
    private readonly policyOfMethod: Policy,
    private readonly calls: RunningCalls,
  ) {
    super(next);
  }

  // Straight through: the base class would wrap each of these for responders that are not there.
  override start(listener: Parameters<Call["start"]>[0]): void {
    containListeners(listener, this);
    const inner = this.policy.containUncaught ? new ContainedListener(listener, this) : listener;
    this.#listener = new BoundaryListener(inner, this, this.calls);
    this.next.start(this.#listener);
  }

  /** @throws TypeError for metadata that HTTP/2 cannot send, at which grpc-js would throw and then never end the call */
  override sendMetadata(metadata: Metadata | null | undefined): void {
    // grpc-js sends metadata once, before the first message, and takes no more.
    if (this.#begun || this.#answered || this.#ended) return;
    if (metadata == null) this.next.sendMetadata(new Metadata());
    else this.next.sendMetadata(isEmpty(metadata) ? metadata : requireSendable(metadata));
    this.#begun = true;
  }

  override sendMessage(message: unknown, callback: () => void): void {
    // The call was ended from outside, and another message would break the stream under it.
    if (this.#ended) return;
    if (this.#answered && !this.method.responseStream) {
      // grpc-js would write it, and one of the two ends of the call would never learn its status.
      this.late(new Error("the handler called back with a second response, which is not sent"));
      return;
    }
    this.#answered = true;
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
    this.#noteTold(metadata);
    if (code === grpcStatus.OK && (this.#answered || this.method.responseStream)) {
      this.next.sendStatus(sendableSuccess(status));
      return;
    }
    // Whatever another interceptor made of it, this is what the handler failed with.
    const known = metadata instanceof SealedMetadata ? metadata : this.#pending;
    if (known === this.#pending) this.#pending = undefined;
    const sealed = this.#sealedFrom(status, known);
    this.next.sendStatus(sealed);
    const { seal } = sealed.metadata;
    this.#report(seal, known?.seal.failure ?? seal.failure, false);
  }

  fail(thrown: unknown): void {
    if (!this.#ended) this.sendStatus(seal(this.#failure(thrown, undefined), this.policy));
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
      this.#reportLate(thrown, this.policy);
      return;
    }
    const pending = this.#pending;
    this.#pending = undefined;
    this.fail(
      pending ? new AggregateError([thrown, pending.seal.failure.thrown], "an interceptor threw at a status") : thrown,
    );
  }

  seal(thrown: unknown, trailer: Metadata | undefined): Sealed {
    const sealed = seal(this.#failure(thrown, trailer), this.policyOfMethod);
    if (this.#ended) this.#reportSealed(sealed.metadata);
    else this.#pending = sealed.metadata;
    this.#noteTold(sealed.metadata);
    return sealed;
  }

  late(thrown: unknown): void {
    this.#reportLate(thrown, this.policyOfMethod);
  }

  over(): void {
    if (this.#first) return;
    this.#over = true;
    const { next, method, policy } = this;
    if (!this.#ended && policy.onError) {
      const failure = unheardFailure({
        deadline: next.getDeadline(),
        standing: next.getPeer() !== "unknown",
        unwritten: this.#writing ? { response: this.#response } : undefined,
        serialize: method.responseSerialize,
      });
      if (failure) this.#tell(failure);
    }
    this.#ended = true;
    if (this.#pending) this.#reportSealed(this.#pending);
  }

  /** @param known the failure that the status was made of, as far as this call knows */
  #sealedFrom(status: Status, known: SealedMetadata | undefined): Sealed {
    const { code, details, metadata } = status;
    if (!known) {
      const failure = this.#failure(thrownAs(code, details), undefined);
      return seal({ ...failure, statusMetadata: metadata ?? null }, this.policy);
    }
    const { failure, policy, verdict, message, content } = known.seal;
    if (isUnaltered(status, known.seal)) {
      if (metadata !== known) return repack(known.seal, metadata);
      if (policy === this.policyOfMethod) return refit({ code: verdict.sent.code, details, metadata: known });
      // The handler could not see the boundary: another interceptor hands on other metadata than came.
      return sealAgain(known, this.#failure(failure.thrown, failure.trailer), this.policyOfMethod);
    }
    // Another interceptor made another status of it, for which the error no longer stands. Its trailers do.
    const altered = details === message && code !== grpcStatus.OK ? { code, details } : thrownAs(code, details);
    const meant = policy === this.policyOfMethod ? metadata : undefined;
    const failed = this.#failure(altered, meant ? trailersBeside(meant, content) : undefined);
    return seal({ ...failed, statusMetadata: metadata ?? null }, this.policy);
  }

  /** Of a status that comes too late, the failure is told, unless it is known. */
  #leaveUnsent({ code, details, metadata }: Status): void {
    if (code === grpcStatus.OK || this.#isTold(metadata)) return;
    this.#noteTold(metadata);
    if (metadata instanceof SealedMetadata) this.late(metadata.seal.failure.thrown);
    else this.#reportLate(thrownAs(code, details), this.policy);
  }

  /** The call must not hold on to an error that was sent: it is there for longer, and errors with their stacks are large. */
  #noteTold(metadata: Status["metadata"]): void {
    if (metadata instanceof SealedMetadata) metadata.told = true;
    else this.#last = metadata;
  }

  #isTold(metadata: Status["metadata"]): boolean {
    if (metadata instanceof SealedMetadata) return metadata.told;
    return metadata != null && metadata === this.#last;
  }

  #failure(thrown: unknown, trailer: Metadata | undefined): Failure {
    const end = endOf(this.#over, this.next.getDeadline());
    return { thrown, trailer, incoming: this.#listener?.incoming, call: this.#info, end };
  }

  get #info(): CallInfo {
    if (!this.#incoming) {
      this.#incoming = new IncomingCall(this.method.path, this.next, this.#listener?.incoming ?? new Metadata());
    }
    return this.#incoming;
  }

  #reportLate(thrown: unknown, policy: Policy): void {
    if (!policy.onError) return;
    this.#tell({ ...verdictOf(this.#failure(thrown, undefined), policy), error: thrown, late: true, shed: [] });
  }

  /** Of a status that comes too late. */
  #reportSealed({ seal }: SealedMetadata): void {
    this.#report(seal, seal.failure, true);
  }

  #report({ verdict, content, shed }: Seal, { thrown }: Failure, late: boolean): void {
    if (this.policy.onError) this.#tell({ ...verdict, error: thrown, late, shed, problems: content.problems });
  }

  #tell(report: Report): void {
    const { onError } = this.policy;
    if (onError) tell(onError, this.#info, report);
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

function isUnaltered({ code, details }: Status, { verdict, message }: Seal): boolean {
  return code === verdict.sent.code && details === message;
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

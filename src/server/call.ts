import {
  status as grpcStatus,
  Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { Code } from "../code.js";
import { thrownOf } from "../error/carried-metadata.js";
import { endError, endOf } from "../masking/call-end.js";
import { type CallInfo, ServerCallInfo } from "../masking/call-info.js";
import type { Failure } from "../masking/mask.js";
import { observers } from "../platform/observer.js";
import { attempt, isObject } from "../platform/values.js";
import { isEmpty, requireSendable } from "../status/sendable-metadata.js";
import { BoundaryListener, type CallBoundary, ContainedListener } from "./call-listener.js";
import { CallReport, unreportedFailure } from "./call-report.js";
import { finalStatus, type Status, sendableSuccess } from "./final-status.js";
import { containListeners } from "./interceptor-hooks.js";
import type { ResolvedOptions } from "./options.js";
import type { RunningCall, RunningCalls } from "./running-calls.js";
import type { CallFailure, ServerCallTelemetry } from "./telemetry.js";
import { FailureMetadata, type FailureStatus, packFailure } from "./thrown-to-status.js";

type Call = ServerInterceptingCallInterface;
type Method = Parameters<ServerInterceptor>[0];

const BOTH = "an interceptor threw while it handled the status of a failed call";

/**
 * The state of one call at the interceptor. Everything passes through unchanged,
 * except the status of a call that fails, which {@link finalStatus} makes.
 */
export class BoundaryCall extends ServerInterceptingCall implements CallBoundary {
  earlier: RunningCall | undefined;
  later: RunningCall | undefined;
  /** Whether the call has its status, or can no longer get one. */
  #ended = false;
  /** Whether the stream under the call is closed. */
  #over = false;
  /** The call of a `richErrorServerInterceptor` before this one. If there is one, this call only passes things on. */
  #first: CallBoundary | undefined;
  #listener: BoundaryListener | undefined;
  #info: CallInfo | undefined;
  #report: CallReport | undefined;
  #telemetry: ServerCallTelemetry | undefined;
  /** The metadata of a status that is on its way through the other interceptors. */
  #pending: FailureMetadata | undefined;
  #metadataSent = false;
  #responded = false;
  /** Whether grpc-js has a message that it has not written yet. */
  #writing = false;
  #response: unknown;
  #writeCallback: (() => void) | undefined;
  #guardedCallback: (() => void) | undefined;

  constructor(
    private readonly next: Call,
    private readonly method: Method,
    readonly options: ResolvedOptions,
    readonly optionsOfMethod: ResolvedOptions,
    readonly calls: RunningCalls,
  ) {
    super(next);
    const { telemetry } = options;
    if (telemetry) this.#telemetry = attempt(() => telemetry(method.path));
  }

  // The base class would wrap every argument for a responder, but this call has none.
  override start(listener: Parameters<Call["start"]>[0]): void {
    containListeners(listener, this);
    const inner = this.options.containUncaught ? new ContainedListener(listener, this) : listener;
    this.#listener = new BoundaryListener(inner, this, this.calls);
    this.next.start(this.#listener);
  }

  /** @throws TypeError for metadata that HTTP/2 cannot send. grpc-js would throw too, and then never end the call. */
  override sendMetadata(metadata: Metadata | null | undefined): void {
    // grpc-js sends metadata once, before the first message, and throws at any later metadata.
    if (this.#metadataSent || this.#responded || this.#ended) return;
    if (metadata == null) this.next.sendMetadata(new Metadata());
    else this.next.sendMetadata(isEmpty(metadata) ? metadata : requireSendable(metadata));
    this.#metadataSent = true;
  }

  override sendMessage(message: unknown, callback: () => void): void {
    // Another message would break the stream under a call that was ended from outside.
    if (this.#ended) return;
    if (this.#responded && !this.method.responseStream) {
      // grpc-js would write it, and one side of the call would never learn its status.
      this.late(new Error("the handler called its callback twice; the second response is not sent"));
      return;
    }
    this.#responded = true;
    this.#writing = true;
    this.#response = message;
    try {
      this.next.sendMessage(message, this.#guard(callback));
    } catch (thrown) {
      this.caught(thrown);
    }
  }

  /** Guards the callback of a message. Nothing else catches exceptions of the callback, or of an interceptor after the message. */
  #guard(callback: () => void): () => void {
    // A stream passes the same callback with each of its messages.
    if (this.#guardedCallback && callback === this.#writeCallback) return this.#guardedCallback;
    this.#writeCallback = callback;
    const guarded = () => {
      this.#writing = false;
      this.#response = undefined;
      try {
        callback();
      } catch (thrown) {
        this.caught(thrown);
      }
    };
    this.#guardedCallback = guarded;
    return guarded;
  }

  override sendStatus(status: Status): void {
    if (this.#first) {
      this.next.sendStatus(status);
      return;
    }
    if (!isObject(status)) {
      const given = String(status);
      this.caught(new TypeError(`an interceptor sent ${given} as the status; send { code, details, metadata }`));
      return;
    }
    const { code, metadata } = status;
    // grpc-js throws at a second status.
    if (this.#ended) {
      this.report?.lateStatus(status);
      return;
    }
    this.#ended = true;
    if (code === grpcStatus.OK && (this.#responded || this.method.responseStream) && !thrownOf(metadata)) {
      this.#pass(sendableSuccess(status));
      this.#watchEnd();
      return;
    }
    this.report?.note(metadata);
    const known = metadata instanceof FailureMetadata ? metadata : this.#pending;
    if (known === this.#pending) this.#pending = undefined;
    const final = finalStatus(status, known, this);
    this.#pass(final);
    const { packed } = final.metadata;
    this.#watchEnd(packed.decision);
    this.report?.sent(packed, (known?.packed ?? packed).failure.thrown);
  }

  /** Passes on the final status. An interceptor before this one may throw, and often nothing else would catch that. */
  #pass(status: Status): void {
    try {
      this.next.sendStatus(status);
    } catch (thrown) {
      this.caught(thrown);
    }
  }

  fail(thrown: unknown): void {
    if (this.#ended) return;
    const status = packFailure(this.failure(thrown, undefined), this.options);
    // An interceptor may have replaced `sendStatus` of this call, and throw in it.
    BoundaryCall.prototype.sendStatus.call(this, status);
  }

  handled(): void {
    const telemetry = this.#telemetry;
    if (telemetry) attempt(() => telemetry.handled());
  }

  stepAside(first: CallBoundary): void {
    this.#first = first;
    this.#telemetry = undefined;
  }

  caught(thrown: unknown): void {
    if (this.#first) {
      this.#first.caught(thrown);
      return;
    }
    if (this.#ended) {
      this.report?.late(thrown, this.options);
      return;
    }
    const pending = this.#pending;
    this.#pending = undefined;
    this.fail(pending ? new AggregateError([thrown, pending.packed.failure.thrown], BOTH) : thrown);
  }

  packFailure(thrown: unknown, trailer: Metadata | undefined): FailureStatus {
    const status = packFailure(this.failure(thrown, trailer), this.optionsOfMethod);
    const { packed } = status.metadata;
    if (this.#ended) {
      this.report?.unsent(packed);
    } else {
      this.#pending = status.metadata;
      const telemetry = this.#telemetry;
      if (telemetry) attempt(() => telemetry.failing(packed.decision));
    }
    this.report?.note(status.metadata);
    return status;
  }

  late(thrown: unknown): void {
    this.report?.late(thrown, this.optionsOfMethod);
  }

  over(): void {
    if (this.#first) return;
    this.#over = true;
    if (!this.#ended && (this.#telemetry || this.report)) this.#endUnreported();
    this.#ended = true;
    if (this.#pending) this.report?.unsent(this.#pending.packed);
  }

  /** Reports the end of a call without a status from this package. */
  #endUnreported(): void {
    const failure = unreportedFailure({
      deadline: this.next.getDeadline(),
      standing: this.next.getPeer() !== "unknown",
      unwritten: this.#writing ? { response: this.#response } : undefined,
      serialize: this.method.responseSerialize,
    });
    this.#watchEnd(failure ?? { sent: endError(Code.CANCELLED), masked: false, outsideContract: false });
    if (failure) this.report?.end(failure);
  }

  #watchEnd(failure?: CallFailure): void {
    const telemetry = this.#telemetry;
    if (telemetry) attempt(() => telemetry.ended(failure));
  }

  /** Returns a thrown value together with the facts about the call. */
  failure(thrown: unknown, trailer: Metadata | undefined): Failure {
    const end = endOf(this.#over, this.next.getDeadline());
    return { thrown, trailer, callMetadata: this.#listener?.callMetadata, call: this.info, end };
  }

  get info(): CallInfo {
    this.#info ??= new ServerCallInfo(this.method.path, this.next, this.#listener?.callMetadata ?? new Metadata());
    return this.#info;
  }

  /** The reports of the call: `undefined` without `onError` and observers, and made at the first failure. */
  get report(): CallReport | undefined {
    const { onError } = this.options;
    if (onError || observers()) this.#report ??= new CallReport(onError, this);
    return this.#report;
  }
}

import { errorMonitor } from "node:events";
import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import { boundaryOf } from "../call-listener.js";
import { defaultOptions } from "../options.js";
import { type FailureStatus, packFailure } from "../thrown-to-status.js";

/** A call of any shape, as grpc-js passes it to a handler. All of them are streams underneath. */
export type HandledCall = Omit<ServerUnaryCall<unknown, unknown>, "request"> & {
  destroy(error?: Error | null): unknown;
  readonly writableFinished: boolean;
};

/** The status of a failure, with the name and the message that monitors read from an error. */
interface MonitoredStatus extends FailureStatus {
  readonly name: string;
  readonly message: string;
}

/**
 * Ends a call with exactly one status, whichever way the handler fails first.
 *
 * All failures of a handler meet here: those that grpc-js does not see (rejected
 * promises, `destroy`) and those that it would send unread (`emit("error")`, the error
 * of a callback).
 */
export class Settlement {
  #settled = false;
  #responded = false;

  /**
   * @param send passes a status to grpc-js
   * @param sendLate passes on the status of a call that was cancelled, which grpc-js does not send. A monitor that
   *   wraps the callback of a handler waits for it. By default, nothing is passed on.
   */
  constructor(
    private readonly call: HandledCall,
    private readonly send: (status: MonitoredStatus) => void,
    private readonly sendLate?: (status: MonitoredStatus) => void,
  ) {}

  /** Whether the call has its status, is about to get it, or needs none any more. */
  get settled(): boolean {
    return this.#settled || this.call.cancelled;
  }

  /** Whether the handler ended the call while the client still waited. */
  get responded(): boolean {
    return this.#responded;
  }

  /**
   * Ends the call with an error. Monitors see the error that the client gets. If
   * the call is over or has its status, the error is only reported as late.
   *
   * @param trailer trailers given beside the error, which replace its own as in grpc-js
   * @returns whether the call ends with this error
   */
  fail(thrown: unknown, trailer?: Metadata | null): boolean {
    const boundary = boundaryOf(this.call.metadata);
    const isFirst = this.settle();
    const isLate = !isFirst || this.call.cancelled;
    const { sendLate } = this;
    if (isLate && !(isFirst && sendLate)) {
      boundary?.late(thrown);
      return false;
    }
    const given = trailer || undefined;
    const status =
      boundary?.packFailure(thrown, given) ??
      packFailure({ thrown, callMetadata: this.call.metadata, trailer: given }, defaultOptions());
    const { code, details, metadata } = status;
    const { sent } = metadata.packed.decision;
    const monitored: MonitoredStatus = { code, details, metadata, name: nameOf(sent), message: details };
    if (isLate) {
      this.passing(() => sendLate?.(monitored));
      return false;
    }
    this.call.emit(errorMonitor, sent);
    this.passing(() => this.send(monitored));
    return true;
  }

  /**
   * Runs a function that passes something to the interceptors. If one of them throws,
   * its exception ends the call, past all interceptors.
   *
   * @throws whatever an interceptor throws, if the server has no `richErrorServerInterceptor`
   */
  passing(pass: () => void): void {
    try {
      pass();
    } catch (thrown) {
      const boundary = boundaryOf(this.call.metadata);
      if (!boundary) throw thrown;
      boundary.caught(thrown);
    }
  }

  /** Reserves the right to give the call its status. Returns `true` once. */
  settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#responded = !this.call.cancelled;
    return true;
  }
}

function nameOf(error: Error): string {
  try {
    return String(error.name);
  } catch {
    // A getter of the error threw.
    return "Error";
  }
}

const callbacks = new FinalizationRegistry<WeakRef<Settlement>>((reference) => {
  const settlement = reference.deref();
  // A callback that was called is collected as well.
  if (settlement && !settlement.settled) {
    settlement.fail(
      new Error("the handler returned without calling its callback, and the callback was garbage-collected"),
    );
  }
});

/**
 * Ends a call when its callback is garbage-collected. Nothing else shows that a
 * handler that returned without a response will never call back.
 */
export function endIfForgotten(callback: object, settlement: Settlement): void {
  callbacks.register(callback, new WeakRef(settlement));
}

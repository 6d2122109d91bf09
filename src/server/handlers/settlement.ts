import { errorMonitor } from "node:events";
import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import { boundaryOf } from "../call-listener.js";
import { type FinalStatus, packFailure } from "../final-status.js";
import { DEFAULT_OPTIONS } from "../options.js";

/** A call as grpc-js gives it to a handler, of any shape: under all of them lies a stream. */
export type GuardedCall = Omit<ServerUnaryCall<unknown, unknown>, "request"> & {
  destroy(error?: Error | null): unknown;
  readonly writableFinished: boolean;
};

/** The status of a failure, with the name and the message that monitors read of an error. */
interface FailureStatus extends FinalStatus {
  readonly name: string;
  readonly message: string;
}

/**
 * Ends a call with one status, whichever way the handler fails first.
 *
 * What grpc-js does not see (a rejected promise, `destroy`) and what it sends
 * on unread (`emit("error")`, a callback's error) comes together here.
 */
export class Settlement {
  #settled = false;
  #responded = false;

  /**
   * @param send hands a status to grpc-js
   */
  constructor(
    private readonly call: GuardedCall,
    private readonly send: (status: FailureStatus) => void,
  ) {}

  /** Whether the call has its status, is about to get it, or needs none any more. */
  get settled(): boolean {
    return this.#settled || this.call.cancelled;
  }

  /** Whether the call got its answer or its error from the handler, while the client waited for it. */
  get responded(): boolean {
    return this.#responded;
  }

  /**
   * Ends the call with an error, and tells monitors what the client gets. If the call is over or has its status already, the boundary hears of it, and nobody else.
   *
   * @param trailer trailers given beside the error, which replace its own as in grpc-js
   * @returns whether the call ends with this error
   */
  fail(thrown: unknown, trailer?: Metadata | null): boolean {
    const boundary = boundaryOf(this.call.metadata);
    if (!this.settle() || this.call.cancelled) {
      boundary?.late(thrown);
      return false;
    }
    const given = trailer || undefined;
    const status =
      boundary?.packFailure(thrown, given) ??
      packFailure({ thrown, callMetadata: this.call.metadata, trailer: given }, DEFAULT_OPTIONS);
    const { sent } = status.metadata.packed.decision;
    this.call.emit(errorMonitor, sent);
    this.passing(() => this.send({ ...status, name: nameOf(sent), message: status.details }));
    return true;
  }

  /**
   * Hands something to the interceptors. If one of them throws, the call ends
   * past them.
   *
   * @throws what an interceptor threw, if the boundary is not among them
   */
  passing(hand: () => void): void {
    try {
      hand();
    } catch (thrown) {
      const boundary = boundaryOf(this.call.metadata);
      if (!boundary) throw thrown;
      boundary.caught(thrown);
    }
  }

  /** Tells whether the caller may give the call its status, which is so once. */
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
  // One that was called is collected, too.
  if (settlement && !settlement.settled)
    settlement.fail(
      new Error("the handler returned without calling its callback, and nobody holds the callback any more"),
    );
});

/**
 * Ends a call when its callback has been collected as garbage: nobody is left
 * who could answer. Of a handler that has returned without an answer nobody else
 * can say whether it will call back.
 */
export function endIfForgotten(callback: object, settlement: Settlement): void {
  callbacks.register(callback, new WeakRef(settlement));
}

import type { Writable } from "node:stream";
import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import type { PackedError } from "../trailer.js";
import { boundaryOf } from "./boundary-listener.js";
import { DEFAULT_POLICY } from "./policy.js";
import { seal } from "./seal.js";

/** A call as grpc-js gives it to a handler, of any shape: under all of them lies a stream. */
export type GuardedCall = Omit<ServerUnaryCall<unknown, unknown>, "request"> & {
  destroy(error?: Error | null): unknown;
  readonly writableFinished: boolean;
};

/** A call that answers many messages, with the methods by which its stream hands them on. */
export type GuardedSink = GuardedCall & Required<Pick<Writable, "_write" | "_final">>;

/**
 * Ends a call with one status, whichever way the handler fails first.
 *
 * What grpc-js does not see (a rejected promise, `destroy`) and what it sends
 * on unread (`emit("error")`, a callback's error) comes together here.
 */
export class Settlement {
  #settled = false;

  /**
   * @param send hands a status to grpc-js
   */
  constructor(
    private readonly call: GuardedCall,
    private readonly send: (status: PackedError) => void,
  ) {}

  /** Whether the call has its status, is about to get it, or needs none any more. */
  get settled(): boolean {
    return this.#settled || this.call.cancelled;
  }

  /**
   * Ends the call with an error. If the call is over or has its status already, the boundary hears of it, and nobody else.
   *
   * @param trailer trailers given beside the error, which replace its own as in grpc-js
   */
  fail(thrown: unknown, trailer?: Metadata | null): void {
    const boundary = boundaryOf(this.call.metadata);
    if (!this.settle() || this.call.cancelled) {
      boundary?.late(thrown);
      return;
    }
    const given = trailer || undefined;
    const status =
      boundary?.seal(thrown, given) ?? seal({ thrown, incoming: this.call.metadata, trailer: given }, DEFAULT_POLICY);
    this.passing(() => this.send(status));
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
    return true;
  }
}

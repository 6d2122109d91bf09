import type { Metadata, ServerUnaryCall } from "@grpc/grpc-js";
import type { PackedError } from "../trailer.js";
import { DEFAULT_POLICY, seal } from "./seal.js";

/** A call as grpc-js gives it to a handler, of any shape: under all of them lies a stream. */
export type GuardedCall = Omit<ServerUnaryCall<unknown, unknown>, "request"> & {
  destroy(error?: Error | null): unknown;
  readonly writableFinished: boolean;
};

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

  /** Ends the call with an error. Has no effect if the call is over or has its status already. */
  readonly fail = (thrown: unknown): void => this.failWith(thrown, undefined);

  /** As {@link fail}, with trailers given beside the error, which replace its own as in grpc-js. */
  failWith(thrown: unknown, trailer: Metadata | undefined): void {
    if (!this.settle() || this.call.cancelled) return;
    this.send(seal({ thrown, incoming: this.call.metadata, trailer }, DEFAULT_POLICY));
  }

  /** Tells whether the caller may give the call its status, which is so once. */
  settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }

  /**
   * Makes `destroy` end the call with a status, where grpc-js would leave the
   * client without one. Once the call is over, it only releases the stream.
   */
  guardDestroy(): void {
    const { call } = this;
    const release = call.destroy;
    call.destroy = (error?: Error | null) => {
      if (call.cancelled || call.writableFinished) return release.call(call, error);
      this.fail(error ?? new Error("the handler destroyed the call before it gave an answer"));
      return call;
    };
  }
}

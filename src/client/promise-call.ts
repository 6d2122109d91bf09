import { setMaxListeners } from "node:events";
import type { CallOptions, Client, Metadata } from "@grpc/grpc-js";
import { Code } from "../code.js";
import { RichError } from "../rich-error.js";
import { markReceived } from "../status/metadata.js";
import { checkCallOptions, closedClientError, isThrownByClosed, markIfReached, metadataFor } from "./call-checks.js";
import type { PromiseCallOptions, PromiseClient } from "./promise-types.js";

/** A method of a generated client, bound to it. */
export interface BoundMethod {
  readonly client: Client;
  readonly method: (...args: unknown[]) => unknown;
  /** Called with the exception that the requests of a call threw. */
  readonly requestsFailed?: ((thrown: unknown) => void) | undefined;
}

/** A call of grpc-js, of any shape. */
interface CancellableCall {
  cancel(): void;
  getPeer(): string;
  on(event: "error", listener: () => void): unknown;
}

/** One call of a {@link PromiseClient}: its arguments, its signal and its error. */
export class PromiseCall {
  readonly #client: Client;
  readonly #method: BoundMethod["method"];
  readonly #signal: AbortSignal | undefined;
  readonly #metadata: Metadata | undefined;
  readonly #options: Partial<CallOptions>;
  #begun: CancellableCall | undefined;
  #over = false;
  #abort: (() => void) | undefined;

  /**
   * @throws TypeError for options of a wrong type
   * @throws RichError if the signal is aborted
   */
  constructor({ client, method }: BoundMethod, given: PromiseCallOptions = {}) {
    checkCallOptions(given);
    const { signal, metadata, ...options } = given;
    if (signal?.aborted) {
      throw new RichError(Code.CANCELLED, "the call was aborted before it began", { cause: signal.reason });
    }
    this.#client = client;
    this.#method = method;
    this.#signal = signal ?? undefined;
    // Without metadata, grpc-js creates its own, which is always of the right copy of grpc-js.
    this.#metadata = metadata ? metadataFor(client, metadata) : undefined;
    this.#options = options;
  }

  /**
   * Begins the call.
   *
   * @param request the request, for a call with one request
   * @param callback the callback, for a call with one response
   * @throws RichError if grpc-js cannot begin the call
   */
  begin(request: readonly [unknown?], callback: readonly [Callback?]): unknown {
    const args = this.#metadata ? [this.#metadata, this.#options] : [this.#options];
    try {
      return Reflect.apply(this.#method, this.#client, [...request, ...args, ...callback]);
    } catch (thrown) {
      this.release();
      if (isThrownByClosed(thrown)) throw closedClientError();
      throw RichError.from(thrown);
    }
  }

  /** Cancels the call when the signal is aborted, unless the call is already over. */
  cancelOnAbort(call: CancellableCall, onAbort?: () => void): void {
    // The reader gets the error. Without a listener, it would also crash the process.
    call.on("error", () => {});
    this.#begun = call;
    const signal = this.#signal;
    if (this.#over || !signal) return;
    this.#abort = () => {
      onAbort?.();
      call.cancel();
    };
    // Many concurrent calls may share one signal, so a warning about a leak would be wrong.
    if (signal instanceof EventTarget) setMaxListeners(0, signal);
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  /** Removes the listener of the signal, because the call is over. */
  release(): void {
    this.#over = true;
    if (this.#abort) this.#signal?.removeEventListener("abort", this.#abort);
  }

  /** Converts an error of the call to the one that the caller gets. */
  toError(thrown: unknown): unknown {
    if (this.#begun) markIfReached(thrown, this.#begun, () => this.#client.getChannel());
    const error = RichError.from(thrown);
    if (error.received) markReceived(error.metadata);
    if (this.#signal?.aborted && error.code === Code.CANCELLED) error.cause = this.#signal.reason;
    return error;
  }
}

/** The callback of a call with one response. */
export type Callback = (error: unknown, response: unknown) => void;

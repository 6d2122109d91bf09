import type { ClientReadableStream } from "@grpc/grpc-js";
import { isErrorOfCall, orderEvents } from "./message-order.js";
import type { PromiseCall } from "./promise-call.js";

/** A streaming call that has begun. */
interface BegunCall {
  readonly stream: ClientReadableStream<unknown>;
  readonly call: PromiseCall;
  /** Converts an error of the call to the one that the reader gets. */
  readonly toError: (error: unknown) => unknown;
}

type Result = IteratorResult<unknown, unknown>;

interface Reader {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * An iterator over the responses of a streaming call.
 *
 * - The call begins with the first `next()`.
 * - A reader that stops, in any way, cancels the call at once, even while it waits for a message.
 * - Concurrent `next()` calls get the messages in order.
 * - Messages that arrived before an error are read before it, unless the signal of the call is aborted.
 * - The iterable is its own iterator, so all readers share one call.
 */
export class ResponseIterator implements AsyncIterableIterator<unknown> {
  readonly #begin: () => BegunCall;
  readonly #readers: Reader[] = [];
  #begun: BegunCall | undefined;
  #over = false;
  #ended = false;
  #aborted = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(begin: () => BegunCall) {
    this.#begin = begin;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#over) return Promise.resolve(END);
    if (!this.#begun) this.#start();
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#serve();
    });
  }

  async return(value?: unknown): Promise<Result> {
    this.#stop();
    return { done: true, value: await value };
  }

  async throw(error?: unknown): Promise<Result> {
    this.#stop();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
  }

  #start(): void {
    let begun: BegunCall;
    try {
      begun = this.#begin();
    } catch (thrown) {
      this.#failure = { error: thrown };
      return;
    }
    this.#begun = begun;
    const { stream, call } = begun;
    orderEvents(stream, (error) => error);
    call.cancelOnAbort(stream, () => {
      this.#aborted = true;
    });
    const serve = () => this.#serve();
    stream
      .on("readable", serve)
      .on("status", () => call.release())
      .on("end", () => {
        this.#ended = true;
        serve();
      })
      .on("error", (error: Error) => {
        this.#failure ??= { error: isErrorOfCall(error) ? begun.toError(error) : error };
        serve();
      });
  }

  /** Hands messages to the waiting readers. */
  #serve(): void {
    while (this.#readers.length > 0) {
      const message: unknown = this.#aborted ? null : (this.#begun?.stream.read() ?? null);
      if (message !== null) this.#readers.shift()?.resolve({ done: false, value: message });
      else if (this.#failure) this.#finish(this.#failure);
      else if (this.#ended) this.#finish();
      else return;
    }
  }

  /** Ends the call: the first waiting reader gets the failure, and all others the end. */
  #finish(failure?: { readonly error: unknown }): void {
    this.#over = true;
    this.#begun?.call.release();
    if (failure) this.#readers.shift()?.reject(failure.error);
    for (const { resolve } of this.#readers.splice(0)) resolve(END);
  }

  #stop(): void {
    if (this.#over) return;
    // The signal was aborted first, and the waiting readers are about to get its error.
    if (this.#aborted && this.#readers.length > 0) return;
    this.#finish();
    this.#begun?.stream.cancel();
  }
}

const END: Result = { done: true, value: undefined };

type Result = IteratorResult<unknown, unknown>;

/** Reads the first response of an attempt. */
type Send = (responses: unknown) => Promise<unknown>;

/** Makes attempts until one returns, or until the signal is aborted. `stopped` is called only after a failed attempt. */
type Run = (send: Send, stopped: () => AbortSignal) => Promise<unknown>;

const END: Result = { done: true, value: undefined };

/**
 * An iterator over the responses of a streaming call that recovers until its first message.
 *
 * A message that was read cannot be taken back, so later errors reach the reader.
 */
export class RecoveringResponses implements AsyncIterableIterator<unknown> {
  readonly #run: Run;
  #stop: AbortController | undefined;
  #closed = false;
  #responses: AsyncIterator<unknown> | undefined;
  #first: Promise<Result> | undefined;
  #hasFirst = false;
  /** The number of readers that wait for a message after the first. */
  #waiting = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#closed) return Promise.resolve(END);
    if (!this.#first) {
      this.#first = this.#begin();
      return this.#first;
    }
    // Reading a later message takes no more promises than without recovery.
    if (this.#hasFirst && this.#waiting === 0 && this.#responses) return this.#responses.next();
    this.#waiting++;
    // Only the reader of the first message gets the error of a call without messages.
    return this.#first.then(
      () => {
        this.#waiting--;
        return this.#responses?.next() ?? END;
      },
      () => END,
    );
  }

  async return(value?: unknown): Promise<Result> {
    await this.#close();
    return { done: true, value: await value };
  }

  async throw(error?: unknown): Promise<Result> {
    await this.#close();
    throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #begin(): Promise<Result> {
    try {
      const first = await this.#run(
        (responses) => {
          this.#responses = (responses as AsyncIterable<unknown>)[Symbol.asyncIterator]();
          return this.#responses.next();
        },
        () => this.#stopped(),
      );
      this.#hasFirst = true;
      return first as Result;
    } catch (error) {
      if (this.#closed) return END;
      throw error;
    }
  }

  #stopped(): AbortSignal {
    this.#stop ??= new AbortController();
    if (this.#closed) this.#stop.abort();
    return this.#stop.signal;
  }

  async #close(): Promise<void> {
    this.#closed = true;
    this.#stop?.abort();
    await this.#responses?.return?.();
  }
}

/**
 * Runs writes one after the other.
 *
 * A write reads the state that it depends on and then changes it. No other write
 * may come in between. One process owns the database, so a queue in memory is
 * sufficient as a lock.
 */
export class WriteQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(write: () => Promise<T>): Promise<T> {
    const result = this.#last.then(write);
    // A failed write must not stop the next ones.
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when all writes so far have ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

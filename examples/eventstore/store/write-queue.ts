/**
 * Runs writes one after the other.
 *
 * A write reads the state that it depends on and changes it; between the two no
 * other write may come. One process owns the database, so a queue in memory is
 * lock enough.
 */
export class WriteQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(write: () => Promise<T>): Promise<T> {
    const result = this.#last.then(write);
    // A write that fails must not stop those behind it.
    this.#last = result.catch(() => {});
    return result;
  }

  /** Resolves when all writes so far are over. */
  async idle(): Promise<void> {
    await this.#last;
  }
}

import { CAPACITY } from "./numbers.js";
import { Worker } from "./worker.js";

/** What the server saw within one second. */
export interface ServedSecond {
  /** The second, since 1970. */
  readonly second: number;
  /** The requests that arrived. */
  requests: number;
  /** How many of them were turned away. */
  rejections: number;
  /** The longest queue that a request met, in milliseconds. */
  queue: number;
}

/** The one method of the server, over sockets or in virtual time. */
export class Service {
  readonly #worker = new Worker(CAPACITY);
  readonly #ledger = new Map<number, ServedSecond>();

  /** What the server saw, by second. */
  get ledger(): readonly ServedSecond[] {
    return [...this.#ledger.values()];
  }

  /** Serves a request. Returns whether it did, or turned the request away because the queue is full. */
  async serve(): Promise<boolean> {
    const now = Date.now();
    const seen = this.#secondAt(now);
    seen.requests++;
    seen.queue = Math.max(seen.queue, this.#worker.queueAt(now));
    const ready = this.#worker.take(now);
    if (ready === undefined) {
      seen.rejections++;
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, ready - now));
    return true;
  }

  #secondAt(now: number): ServedSecond {
    const second = Math.floor(now / 1_000);
    const seen = this.#ledger.get(second) ?? { second, requests: 0, rejections: 0, queue: 0 };
    this.#ledger.set(second, seen);
    return seen;
  }
}

/** What a worker can do. Times are in milliseconds. */
export interface Capacity {
  /** The time that a request takes. */
  readonly service: number;
  /** The time that it takes to turn a request away. */
  readonly rejection: number;
  /** The longest queue, as the time until a new request would begin. */
  readonly longestQueue: number;
}

/**
 * A worker that serves one request after the other, with a bounded queue before it.
 *
 * It is a schedule and holds no timers, so a machine that is late does not change what the worker can do.
 */
export class Worker {
  readonly #capacity: Capacity;
  #free = 0;

  constructor(capacity: Capacity) {
    this.#capacity = capacity;
  }

  /** Returns the time until the worker is free. */
  queueAt(now: number): number {
    return Math.max(0, this.#free - now);
  }

  /** Takes a request. Returns when its response is ready, or `undefined` if the queue is full. */
  take(now: number): number | undefined {
    const { service, rejection, longestQueue } = this.#capacity;
    const begin = Math.max(now, this.#free);
    const isTaken = begin - now <= longestQueue;
    this.#free = begin + (isTaken ? service : rejection);
    return isTaken ? this.#free : undefined;
  }
}

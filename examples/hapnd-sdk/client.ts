import { ConsecutiveBreaker, circuitBreaker, handleWhen, type IPolicy } from "cockatiel";
import { RichError } from "grpc-rich-errors";
import { catalog, HapndNetworkError } from "grpc-rich-errors/catalogs/hapnd";
import type { AppendRequest, ReadResponse } from "./gen/hapnd/events/v1/events.js";
import type { Transport } from "./transport.js";

/** How a client calls Hapnd. */
export interface HapndClientOptions {
  /** How long a call may take, in milliseconds. By default, 10 seconds. */
  readonly timeout?: number;
  /** After how many network failures in a row the circuit opens. By default, 5. */
  readonly failures?: number;
  /** How long it stays open before one call is tried, in milliseconds. By default, 10 seconds. */
  readonly pause?: number;
}

/**
 * A client of Hapnd. What its calls fail with is a `HapndFailure`:
 *
 * - an error that Hapnd declares, such as `ConcurrencyConflictError`;
 * - a `HapndApiError`, if Hapnd answered any other;
 * - a `HapndNetworkError`, if it gave no answer;
 * - a `HapndCircuitOpenError`, if it gave none too often, and is left alone for a while.
 */
export class HapndClient {
  readonly #transport: Transport;
  readonly #timeout: number;
  readonly #breaker: IPolicy;

  constructor(transport: Transport, { timeout = 10_000, failures = 5, pause = 10_000 }: HapndClientOptions = {}) {
    this.#transport = transport;
    this.#timeout = timeout;
    // An error that Hapnd answered is no reason to leave it alone.
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof HapndNetworkError),
      { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: pause },
    );
  }

  /** Appends events to an aggregate; answers its version then. */
  async append(request: AppendRequest): Promise<bigint> {
    const { version } = await this.#guarded(() => this.#transport.append(request, this.#timeout));
    return version;
  }

  /** Reads the events of an aggregate. */
  async *read(aggregateId: string): AsyncGenerator<ReadResponse> {
    const responses = this.#transport.read({ aggregateId }, this.#timeout)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.#guarded(() => responses.next());
        if (done) return;
        yield value;
      }
    } finally {
      await responses.return?.();
    }
  }

  close(): void {
    this.#transport.close();
  }

  /** Makes a call, if the circuit is closed. */
  async #guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#breaker.execute(() => call().catch(rethrow));
    } catch (error) {
      // The breaker's own error.
      return rethrow(error);
    }
  }
}

/** What `fetch` and the breaker throw becomes of the catalog's classes; what is so already stays as it is. */
function rethrow(thrown: unknown): never {
  throw RichError.from(thrown, { catalogs: [catalog] });
}

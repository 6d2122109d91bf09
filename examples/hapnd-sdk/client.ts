import { ConsecutiveBreaker, circuitBreaker, handleWhen, type IPolicy } from "cockatiel";
import { RichError } from "grpc-rich-errors";
import { catalog, HapndNetworkError } from "grpc-rich-errors/catalogs/hapnd";
import type { AppendRequest, ReadResponse } from "./gen/hapnd/events/v1/events.js";
import type { Transport } from "./transport.js";

/** The options of a client. */
export interface HapndClientOptions {
  /** How long a call may take, in milliseconds. By default, 10 seconds. */
  readonly timeout?: number;
  /** How many consecutive network failures open the circuit. By default, 5. */
  readonly failures?: number;
  /** How long the circuit stays open before the next attempt, in milliseconds. By default, 10 seconds. */
  readonly pause?: number;
}

/**
 * A client of Hapnd. Its calls fail with a `HapndFailure`:
 *
 * - `HapndConcurrencyError`, `HapndAggregateTypeMismatchError` or `HapndValidationError`;
 * - a `HapndApiError` for any other error that Hapnd sent, declared or not;
 * - a `HapndNetworkError` if no response came;
 * - a `HapndCircuitOpenError` after too many network failures, for a while.
 */
export class HapndClient {
  readonly #transport: Transport;
  readonly #timeout: number;
  readonly #breaker: IPolicy;

  constructor(transport: Transport, { timeout = 10_000, failures = 5, pause = 10_000 }: HapndClientOptions = {}) {
    this.#transport = transport;
    this.#timeout = timeout;
    // Only network failures open the circuit. An error that Hapnd sent does not.
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof HapndNetworkError),
      { breaker: new ConsecutiveBreaker(failures), halfOpenAfter: pause },
    );
  }

  /** Appends events to an aggregate. Returns the new version. */
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

  /** Makes a call if the circuit is closed. */
  async #guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#breaker.execute(() => call().catch(rethrow));
    } catch (error) {
      // The breaker's own error.
      return rethrow(error);
    }
  }
}

/** Converts the errors of `fetch` and the breaker to the catalog's classes. Errors of these classes stay unchanged. */
function rethrow(thrown: unknown): never {
  throw RichError.from(thrown, { catalogs: [catalog] });
}

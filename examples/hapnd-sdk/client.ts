import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { ConsecutiveBreaker, circuitBreaker, handleWhen, type IPolicy } from "cockatiel";
import { type PromiseClient, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, HapndNetworkError } from "grpc-rich-errors/catalogs/hapnd";
import { type AppendRequest, EventsClient, type ReadResponse } from "./gen/hapnd/events/v1/events.js";

/** How a client calls Hapnd. */
export interface HapndClientOptions {
  /** By default, none: the connection is not encrypted. */
  readonly credentials?: ChannelCredentials;
  /** How long a call may take, in milliseconds. By default, 10 seconds. */
  readonly timeout?: number;
  /** After how many network failures in a row the circuit opens. By default, 5. */
  readonly failures?: number;
  /** How long it stays open before one call is tried, in milliseconds. By default, 10 seconds. */
  readonly pause?: number;
}

const errors = { catalogs: [catalog] };

/**
 * A client of Hapnd. What its calls fail with is a `HapndFailure`:
 *
 * - an error that Hapnd declares, such as `ConcurrencyConflictError`;
 * - a `HapndApiError`, if Hapnd answered any other;
 * - a `HapndNetworkError`, if it gave no answer;
 * - a `HapndCircuitOpenError`, if it gave none too often, and is left alone for a while.
 */
export class HapndClient {
  readonly #client: EventsClient;
  readonly #calls: PromiseClient<EventsClient>;
  readonly #timeout: number;
  readonly #breaker: IPolicy;

  constructor(address: string, options: HapndClientOptions = {}) {
    this.#client = new EventsClient(
      address,
      options.credentials ?? credentials.createInsecure(),
      richErrorClientOptions(errors),
    );
    this.#calls = promises(this.#client);
    this.#timeout = options.timeout ?? 10_000;
    // An error that Hapnd answered is no reason to leave it alone.
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof HapndNetworkError),
      { breaker: new ConsecutiveBreaker(options.failures ?? 5), halfOpenAfter: options.pause ?? 10_000 },
    );
  }

  /** Appends events to an aggregate; answers its version then. */
  async append(request: AppendRequest): Promise<bigint> {
    const { version } = await this.#guarded(() => this.#calls.append(request, this.#inTime));
    return version;
  }

  /** Reads the events of an aggregate. */
  async *read(aggregateId: string): AsyncGenerator<ReadResponse> {
    const responses = this.#calls.read({ aggregateId }, this.#inTime)[Symbol.asyncIterator]();
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
    this.#client.close();
  }

  get #inTime(): { deadline: number } {
    return { deadline: Date.now() + this.#timeout };
  }

  /** Makes a call, if the circuit is closed. */
  async #guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#breaker.execute(call);
    } catch (error) {
      // The errors of calls are what they must be already, and the breaker's own becomes so.
      throw RichError.from(error, errors);
    }
  }
}

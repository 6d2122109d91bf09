import { bulkhead, ConsecutiveBreaker, circuitBreaker, handleWhen, type IPolicy } from "cockatiel";
import { type Catalog, RichError } from "grpc-rich-errors";
import { type Attempt, type CallRecovery, recover } from "grpc-rich-errors/recovery";

/** The options of a guard. */
export interface GuardOptions {
  /** The server. Its calls share a retry budget. */
  readonly address: string;
  readonly catalogs: readonly Catalog[];
  /** The most calls at a time. By default, 100. */
  readonly concurrent?: number;
  /** The most calls that wait for one of them to end. By default, 100. */
  readonly waiting?: number;
  /** How many consecutive failures of the server open the circuit. By default, 5. */
  readonly failures?: number;
  /** How long the circuit stays open before it lets an attempt through, in milliseconds. By default, 10 seconds. */
  readonly pause?: number;
}

/** A call to the server. */
export interface GuardedCall<Request, Response> {
  readonly recovery: CallRecovery<Request, Response, undefined>;
  readonly request: Request;
  /** The deadline of all attempts, in milliseconds since 1970. */
  readonly deadline: number;
  /** Makes an attempt. */
  readonly send: (attempt: Attempt<Request, undefined>) => Promise<Response>;
}

/**
 * Guards the calls to one server, with three layers:
 *
 * 1. The bulkhead limits the calls, with all of their attempts and the time between them.
 * 2. Recovery makes attempts.
 * 3. The circuit breaker sees each attempt. While it is open, an attempt fails at once, and costs the retry budget nothing.
 *
 * Errors that a bulkhead and a breaker throw have the origin `CLIENT` and the outcome `NOT_APPLIED`.
 */
export class Guard {
  readonly #options: GuardOptions;
  readonly #bulkhead: IPolicy;
  readonly #breaker: IPolicy;

  constructor(options: GuardOptions) {
    const { concurrent = 100, waiting = 100, failures = 5, pause = 10_000 } = options;
    this.#options = options;
    this.#bulkhead = bulkhead(concurrent, waiting);
    const isFailedCall = (thrown: unknown) => thrown instanceof RichError && thrown.received;
    this.#breaker = circuitBreaker(handleWhen(isFailedCall), {
      breaker: new ConsecutiveBreaker(failures),
      halfOpenAfter: pause,
    });
  }

  /**
   * Makes a call.
   *
   * @throws RichError for a failed call, or what the program itself throws
   */
  async call<Request, Response>({ send, ...call }: GuardedCall<Request, Response>): Promise<Response> {
    const { address, catalogs } = this.#options;
    const recovering = () => recover({ ...call, address, catalogs }, (attempt) => this.#attempt(() => send(attempt)));
    try {
      return await this.#bulkhead.execute(recovering);
    } catch (thrown) {
      // The bulkhead's own error becomes a RichError, too.
      const error = RichError.from(thrown, { catalogs });
      throw error.received ? error : thrown;
    }
  }

  /**
   * Makes an attempt if the circuit is closed. A server that answers a caller's mistake works, so the breaker sees a result
   * and no failure.
   */
  async #attempt<Response>(send: () => Promise<Response>): Promise<Response> {
    const { catalogs } = this.#options;
    const result = await this.#breaker.execute(async () => {
      try {
        return { response: await send() };
      } catch (thrown) {
        const error = RichError.from(thrown, { catalogs });
        if (!error.received) throw thrown;
        if (error.fault !== "CALLER") throw error;
        return { error };
      }
    });
    if ("error" in result) throw result.error;
    return result.response;
  }
}

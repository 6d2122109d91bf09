import type { ServerInterceptor } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import type { RichError } from "../rich-error.js";

/** A call that can be ended from outside its handler. */
export interface RunningCall {
  /** Ends the call as if its handler failed. Has no effect if the call has its status. */
  fail(thrown: unknown): void;
}

/** The calls that run behind one interceptor, and whether it lets in more of them. */
export class RunningCalls {
  readonly #calls = new Set<RunningCall>();
  #refusal: RichError | undefined;
  #refused = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param catalogs the errors that the server may answer
   */
  constructor(readonly catalogs: readonly Catalog[]) {}

  /** How many calls were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** Takes a call in, or ends it with the refusal. Tells whether the call goes on. */
  begin(call: RunningCall): boolean {
    if (this.#refusal) {
      this.#refused++;
      call.fail(this.#refusal);
      return false;
    }
    this.#calls.add(call);
    return true;
  }

  /** Forgets a call that is over. */
  end(call: RunningCall): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** From now on, every call that begins ends with this error. */
  refuse(refusal: RichError): void {
    this.#refusal = refusal;
  }

  /** Waits until no call runs. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Ends all calls that run with an error, and tells how many there were. */
  cutOff(thrown: RichError): number {
    const calls = [...this.#calls];
    for (const call of calls) call.fail(thrown);
    return calls.length;
  }
}

const running: unique symbol = Symbol.for("grpc-rich-errors.v1.running-calls");

/** Has an interceptor carry its calls. A symbol, because the one who asks for them may be of another copy of this package. */
export function carrying(interceptor: ServerInterceptor, calls: RunningCalls): ServerInterceptor {
  return Object.assign(interceptor, { [running]: calls });
}

/** The calls of an interceptor that carries them. */
export function runningCallsOf(interceptor: ServerInterceptor): RunningCalls | undefined {
  return (interceptor as { [running]?: RunningCalls })[running];
}

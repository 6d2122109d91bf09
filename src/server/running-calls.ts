import type { ServerInterceptor } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import type { RichError } from "../rich-error.js";

/** A call that can be ended from outside its handler. */
export interface RunningCall {
  /** Ends the call as if its handler failed. Has no effect if the call has its status. */
  fail(thrown: unknown): void;
  /** The calls that began before it and after it, kept by {@link RunningCalls}. */
  earlier: RunningCall | undefined;
  later: RunningCall | undefined;
}

/**
 * The calls that run behind one interceptor, and whether it lets in more of them.
 *
 * They make a chain: a set of what comes and goes all the time has to be made
 * anew again and again.
 */
export class RunningCalls {
  #last: RunningCall | undefined;
  #count = 0;
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
    call.earlier = this.#last;
    if (this.#last) this.#last.later = call;
    this.#last = call;
    this.#count++;
    return true;
  }

  /** Forgets a call that is over, if it was let in. */
  end(call: RunningCall): void {
    const { earlier, later } = call;
    if (!earlier && !later && this.#last !== call) return;
    if (earlier) earlier.later = later;
    if (later) later.earlier = earlier;
    else this.#last = earlier;
    call.earlier = call.later = undefined;
    if (--this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** From now on, every call that begins ends with this error. */
  refuse(refusal: RichError): void {
    this.#refusal = refusal;
  }

  /** Waits until no call runs. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Ends all calls that run with an error, and tells how many there were. */
  cutOff(thrown: RichError): number {
    const calls: RunningCall[] = [];
    // One that ends leaves the chain.
    for (let call = this.#last; call; call = call.earlier) calls.push(call);
    for (const call of calls.reverse()) call.fail(thrown);
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

import type { Server, ServerInterceptor } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { RUNNING_CALLS } from "../platform/symbols.js";
import type { RichError } from "../rich-error.js";

/** A call that code outside its handler can end. */
export interface RunningCall {
  /** Ends the call as if its handler had failed. Does nothing if the call already has a status. */
  fail(thrown: unknown): void;
  /** The neighbors of the call in the list of {@link RunningCalls}, which maintains both fields. */
  earlier: RunningCall | undefined;
  later: RunningCall | undefined;
}

/**
 * The calls that run behind one interceptor. Accepts new calls until {@link RunningCalls.refuse}.
 *
 * The calls form a linked list, because a `Set` rehashes again and again if every call is added and deleted.
 */
export class RunningCalls {
  #last: RunningCall | undefined;
  #count = 0;
  #refusal: RichError | undefined;
  #refused = 0;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param catalogs the catalogs of the server, in which `drain` looks for its error
   */
  constructor(readonly catalogs: readonly Catalog[]) {}

  /** The number of calls that were refused. */
  get refused(): number {
    return this.#refused;
  }

  /** Adds a call that begins. Returns `false` if it refused the call and ended it. */
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

  /** Removes a call that is over. Does nothing if it was refused. */
  end(call: RunningCall): void {
    const { earlier, later } = call;
    if (!earlier && !later && this.#last !== call) return;
    if (earlier) earlier.later = later;
    if (later) later.earlier = earlier;
    else this.#last = earlier;
    call.earlier = call.later = undefined;
    if (--this.#count === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Ends every later call with an error as soon as it begins. */
  refuse(refusal: RichError): void {
    this.#refusal = refusal;
  }

  /** Resolves when no call runs. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#waiting.push(resolve));
  }

  /** Ends all running calls with an error, the oldest first. Returns their number. */
  cutOff(thrown: RichError): number {
    const calls: RunningCall[] = [];
    // A call that ends leaves the list, so collect them all first.
    for (let call = this.#last; call; call = call.earlier) calls.push(call);
    for (const call of calls.reverse()) call.fail(thrown);
    return calls.length;
  }
}

/** Stores the running calls on their interceptor, for {@link runningCallsOf}. Returns the interceptor. */
export function withRunningCalls(interceptor: ServerInterceptor, calls: RunningCalls): ServerInterceptor {
  return Object.assign(interceptor, { [RUNNING_CALLS]: calls });
}

/** Returns the running calls of an interceptor, or `undefined` if it is not one of this package. */
export function runningCallsOf(interceptor: ServerInterceptor): RunningCalls | undefined {
  return (interceptor as { [RUNNING_CALLS]?: RunningCalls })[RUNNING_CALLS];
}

/**
 * Returns the running calls of the first interceptor of this package on a server.
 *
 * @param where the name of the function, for the message
 * @throws TypeError if the server has none
 */
export function runningCallsOn(where: string, server: Server): RunningCalls {
  // The field is private in the types of grpc-js, but nothing else leads from a server to its interceptors.
  const interceptors: readonly ServerInterceptor[] = server["interceptors"] ?? [];
  for (const interceptor of interceptors) {
    const calls = runningCallsOf(interceptor);
    if (calls) return calls;
  }
  throw new TypeError(`${where}: the server has no richErrorServerInterceptor; add it to the server's interceptors`);
}

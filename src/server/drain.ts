import type { Server, ServerInterceptor } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import { LONGEST_TIMER } from "../detail/standard-types.js";
import { checkOptions, type OptionNames } from "../platform/options.js";
import { RichError } from "../rich-error.js";

/** How a server is drained. */
export type DrainOptions = DrainTimes & (DrainError | DefaultDrainError);

interface DrainTimes {
  /**
   * How long calls that run already may go on, in milliseconds. By default,
   * 10,000. Then they end with the error.
   */
  readonly limit?: number;
  /**
   * How long new calls are answered at least, in milliseconds, even if no other
   * call runs. By default, 1,000. Whoever calls after that finds nobody to
   * answer: give clients, and what balances their load, the time to learn that
   * the server stops.
   */
  readonly linger?: number;
}

interface DrainError {
  /** What new calls get, and calls that are cut off: `new ServerShuttingDownError({ retryDelay: 5000 })`. */
  readonly error: RichError;
  readonly retryDelay?: never;
}

interface DefaultDrainError {
  readonly error?: never;
  /**
   * How long clients should wait at least before they try again, in milliseconds.
   *
   * By default, the error is the one with the reason `SERVER_SHUTTING_DOWN` and
   * without a detail that the interceptor's catalogs declare, such as Kurrent's;
   * else an `UNAVAILABLE` with that reason.
   */
  readonly retryDelay?: number;
}

/** What became of the calls while a server was drained. */
export interface Drained {
  /** How many calls came too late, and got the error at once. */
  readonly refused: number;
  /** How many calls ran until the limit, and got the error then. */
  readonly cutOff: number;
  /** Whether connections had to be broken, because clients did not take what was sent to them. */
  readonly forced: boolean;
}

/**
 * Stops a server as planned, and says so to its clients, who otherwise cannot
 * tell it from a lost connection:
 *
 * ```ts
 * process.once("SIGTERM", () => drain(server, { retryDelay: 5000 }));
 * ```
 *
 * 1. New calls get the error, on old connections and on new ones. Calls that run go on.
 * 2. When none runs any more, or at the limit, those that are left get the error,
 *    after the messages that were written. Their handlers see them cancelled.
 * 3. The connections are closed, and the port with them. A client that has not
 *    taken its last bytes after a second is cut off without them.
 *
 * Whoever calls when the port is closed, or so late that the call meets the closing
 * on its way, has an `UNAVAILABLE` of its own client's. Methods that the server does
 * not have are answered `UNIMPLEMENTED` to the end. Draining twice is draining once;
 * servers that share an interceptor refuse calls together.
 *
 * @throws TypeError if the server was made without `richErrorServerInterceptor`, and for an option that is not known
 */
export async function drain(server: Server, options: DrainOptions = {}): Promise<Drained> {
  checkOptions("drain", options, OPTIONS);
  let drained = drains.get(server);
  if (!drained) {
    drained = run(server, callsOf(server), options);
    drains.set(server, drained);
  }
  return drained;
}

const OPTIONS: OptionNames<DrainOptions> = { limit: true, linger: true, error: true, retryDelay: true };

const drains = new WeakMap<Server, Promise<Drained>>();

/** How long clients have to take what was sent to them, in milliseconds. */
const FLUSH = 1000;

async function run(server: Server, calls: RunningCalls, options: DrainOptions): Promise<Drained> {
  const { limit = 10_000, linger = 1000, error = shuttingDown(calls.catalogs, options.retryDelay) } = options;
  calls.refuse(error);
  const lingered = new Promise((resolve) => setTimeout(resolve, Math.min(linger, limit)));
  await within(limit, Promise.all([lingered, calls.idle()]));
  const cutOff = calls.cutOff(error);
  const closed = await within(FLUSH, new Promise<void>((resolve) => server.tryShutdown(() => resolve())));
  if (!closed) server.forceShutdown();
  return { refused: calls.refused, cutOff, forced: !closed };
}

/** Tells whether some work is done in so many milliseconds. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER), false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function callsOf(server: Server): RunningCalls {
  // Private in its types. There is no other way from a server to what it was made with.
  const interceptors: readonly ServerInterceptor[] = server["interceptors"] ?? [];
  for (const interceptor of interceptors) {
    const calls = runningCallsOf(interceptor);
    if (calls) return calls;
  }
  throw new TypeError("the server cannot be drained: richErrorServerInterceptor is not among its interceptors");
}

const REASON = "SERVER_SHUTTING_DOWN";

function shuttingDown(catalogs: readonly Catalog[], retryDelay: number | undefined): RichError {
  const options = retryDelay === undefined ? {} : { retryDelay };
  for (const { definition } of catalogs.flatMap((catalog) => [...catalog])) {
    if (definition.reason === REASON && !definition.detail) return new RichError(definition, undefined, options);
  }
  return new RichError(Code.UNAVAILABLE, "the server is shutting down", {
    reason: REASON,
    domain: "grpc-rich-errors",
    ...options,
  });
}

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

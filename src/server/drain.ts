import type { Server } from "@grpc/grpc-js";
import type { Catalog } from "../catalog.js";
import { Code } from "../code.js";
import { LONGEST_TIMER } from "../detail/duration.js";
import { checkOptions, type OptionNames } from "../platform/options.js";
import { RichError } from "../rich-error.js";
import { type RunningCalls, runningCallsOn } from "./running-calls.js";

/** Options for {@link drain}: how long it waits, and the error that clients get. */
export type DrainOptions = DrainTimes & (DrainError | DefaultDrainError);

/** @inline */
interface DrainTimes {
  /**
   * The time in milliseconds that running calls have to finish. By default, 10,000.
   * After it, they end with the error.
   */
  readonly limit?: number;
  /**
   * The shortest time in milliseconds in which new calls get the error, even if
   * no other call runs. By default, 1,000.
   *
   * A client that calls after it finds a closed port. Give clients and load
   * balancers enough time to learn that the server stops.
   */
  readonly linger?: number;
}

/** @inline */
interface DrainError {
  /** The error for new calls and for calls that are cut off: `new ServerShuttingDownError({ retryDelay: 5000 })`. */
  readonly error: RichError;
  readonly retryDelay?: never;
}

/** @inline */
interface DefaultDrainError {
  readonly error?: never;
  /**
   * The shortest time in milliseconds that clients should wait before they retry.
   * By default, the error says nothing about it.
   *
   * The error is the one with the reason `SERVER_SHUTTING_DOWN` and without a
   * detail in the interceptor's catalogs, such as Kurrent's. If there is none, it
   * is a plain `UNAVAILABLE` with that reason.
   */
  readonly retryDelay?: number;
}

/** The result of {@link drain}. */
export interface DrainResult {
  /** The number of new calls that got the error at once. */
  readonly refused: number;
  /** The number of calls that still ran at the limit and got the error then. */
  readonly cutOff: number;
  /** Whether connections were cut because clients did not take their last bytes. */
  readonly forced: boolean;
}

/**
 * Stops a server gracefully. Its clients learn that the stop is planned.
 *
 * ```ts
 * process.once("SIGTERM", () => drain(server, { retryDelay: 5000 }));
 * ```
 *
 * 1. Every new call gets the error, on old and on new connections. Running calls continue.
 * 2. When no call runs any more, or at the limit, the error ends the remaining calls,
 *    after the messages that were written. Their handlers see them cancelled.
 * 3. The connections and the port close. A client that has not taken its last bytes
 *    within a second is cut off. Each call that got the error at the limit adds a
 *    millisecond, because clients with thousands of calls need longer.
 *
 * A client that calls after the port closes, or less than a round trip before, gets an
 * `UNAVAILABLE` from its own library. Methods that the server does not have end with
 * `UNIMPLEMENTED` throughout. A second call of `drain` returns the result of the first.
 * Servers that share an interceptor refuse calls together.
 *
 * @throws TypeError if the server has no `richErrorServerInterceptor`, or an option is unknown
 */
export async function drain(server: Server, options: DrainOptions = {}): Promise<DrainResult> {
  checkOptions("drain", options, OPTIONS);
  let drained = drains.get(server);
  if (!drained) {
    drained = run(server, runningCallsOn("drain", server), options);
    drains.set(server, drained);
  }
  return drained;
}

const OPTIONS: OptionNames<DrainOptions> = { limit: true, linger: true, error: true, retryDelay: true };

const drains = new WeakMap<Server, Promise<DrainResult>>();

async function run(server: Server, calls: RunningCalls, options: DrainOptions): Promise<DrainResult> {
  const { limit = 10_000, linger = 1000, error = shuttingDown(calls.catalogs, options.retryDelay) } = options;
  calls.refuse(error);
  const lingered = new Promise((resolve) => setTimeout(resolve, Math.min(linger, limit)));
  await within(limit, Promise.all([lingered, calls.idle()]));
  const cutOff = calls.cutOff(error);
  const closed = await close(server, 1000 + cutOff);
  if (!closed) server.forceShutdown();
  return { refused: calls.refused, cutOff, forced: !closed };
}

/**
 * Gives clients time to take their last bytes. Returns `false` if some of them do not take them.
 *
 * The time passes in steps, because a server that is busy itself, as with the errors of thousands of calls, sends nothing.
 */
async function close(server: Server, ms: number): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  for (let waited = 0; waited < ms; waited += STEP) {
    if (await within(STEP, closed)) return true;
  }
  return false;
}

const STEP = 100;

/** Waits for a promise, but not longer than the given milliseconds. Resolves to whether it resolved in time. */
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

import { checkFunctions, checkOptions, type OptionNames } from "../../platform/options.js";
import { describeValue, isObject } from "../../platform/values.js";
import type { RichError } from "../../rich-error.js";
import type { Authenticate, Authentication } from "./authentication.js";
import type { RecoveryNumbers } from "./numbers.js";
import type { Orders } from "./order.js";
import type { FailedAttempt } from "./report.js";
import type { CallTraits, Effect } from "./resend-decision.js";

/**
 * The result of `verify`: whose request holds the place that the call's request would take:
 *
 * - `ours`: the call's own request. The call succeeds with the response.
 * - `another`: another request, durably. The call fails with its last error.
 * - `unknown`: neither is certain. The call fails, and its outcome stays `MAYBE_APPLIED`.
 */
export type Verification<Response> =
  | { readonly landed: "ours"; readonly response: Response }
  | { readonly landed: "another" | "unknown" };

/** Checks whether `verify` returned a valid result. A wrong one must not count as a conflict, after which a caller writes again. */
export function isVerification<Response>(value: unknown): value is Verification<Response> {
  return isObject(value) && "landed" in value && ["ours", "another", "unknown"].includes(String(value.landed));
}

/** Returns an error for a wrong result of `verify`. */
export function wrongVerification(value: unknown): TypeError {
  const right = 'return { landed: "ours", response }, { landed: "another" } or { landed: "unknown" }';
  return new TypeError(`verify returned ${describeValue(value)}; ${right}`);
}

/** @inline */
type Awaitable<T> = T | Promise<T>;

/** Options of a recovery: its callbacks and its numbers. All are optional. */
export interface RecoveryOptions<Request, Response, Target> extends Partial<RecoveryNumbers> {
  /**
   * Rebuilds the request, for example with the current version. It is called for `REFRESH_AND_RETRY` and
   * `HOLD_AND_RETRY`. The request of a keyed call must keep its key.
   */
  readonly refresh?: (request: Request, error: RichError) => Awaitable<Request>;
  /** Checks whether the request took effect, for `TREAT_AS_SUCCESS` and before a call fails with an unknown outcome. */
  readonly verify?: (request: Request, error: RichError) => Awaitable<Verification<Response>>;
  /** Returns the server to send the request to, such as another client. It is called for `REDIRECT`. */
  readonly redirect?: (error: RichError, request: Request) => Awaitable<Target | undefined>;
  /** Gets new credentials, once for all waiting calls. It is called for `AUTHENTICATE`, once for each call. */
  readonly authenticate?: Authenticate;
  /**
   * Returns the order that a request belongs to, such as its client id. While a request is held, later ones of the same
   * order wait. By default, no request waits.
   */
  readonly order?: (request: Request) => unknown;
  /** Called after each failed attempt, for logs and metrics. An exception from it crashes the process. */
  readonly onAttempt?: (attempt: FailedAttempt) => void;
}

const NAMES: OptionNames<RecoveryOptions<unknown, unknown, unknown>> = {
  refresh: true,
  verify: true,
  redirect: true,
  authenticate: true,
  order: true,
  onAttempt: true,
  attempts: true,
  hops: true,
  delay: true,
  backOffDelay: true,
  longestDelay: true,
};

/** What to write for each callback that is not a function. */
const CALLBACKS = {
  refresh: "(request, error) => …",
  verify: "(request, error) => …",
  redirect: "(error, request) => …",
  authenticate: "(error) => …",
  order: "(request) => …",
  onAttempt: "(attempt) => …",
};

/**
 * Checks the options of a recovery, except its numbers.
 *
 * @throws TypeError for an option that is unknown, or a callback that is not a function
 */
export function checkRecoveryOptions<Request, Response, Target>(
  options: RecoveryOptions<Request, Response, Target>,
): void {
  checkOptions("recovery", options, NAMES);
  checkFunctions("recovery", options, CALLBACKS);
}

/** What the calls of a recovery share. */
export interface RecoverySettings<Request, Response, Target> {
  /** The effect of a request, or `declared` for the one that the method declares. */
  readonly effect: Effect | "declared";
  readonly numbers: RecoveryNumbers;
  readonly callbacks: RecoveryOptions<Request, Response, Target>;
  readonly orders: Orders;
  readonly authentication: Authentication | undefined;
}

/**
 * Returns the traits of a method's calls: their effect, and the callbacks that they have.
 *
 * @param isIdempotent whether the method declares that its requests may be sent again
 */
export function traitsFor(
  { effect, callbacks }: RecoverySettings<unknown, unknown, unknown>,
  isIdempotent: boolean,
): CallTraits {
  const { refresh, verify, redirect, authenticate } = callbacks;
  return {
    effect: effect !== "declared" ? effect : isIdempotent ? "idempotent" : "once",
    refresh: refresh !== undefined,
    verify: verify !== undefined,
    redirect: redirect !== undefined,
    authenticate: authenticate !== undefined,
  };
}

import type { Outcome, Recovery } from "../../definition.js";
import { COST, type RecoveryNumbers, THROTTLED_COST } from "./numbers.js";

// The state machine has no clock, no randomness and no I/O, so that a search can run it through every order of events.

/**
 * The effect of sending a request again:
 *
 * - `reads`: the request changes nothing.
 * - `idempotent`: the same request twice has the effect of one.
 * - `keyed`: the server stores at most one request of each key, even if the rest of the request differs.
 * - `once`: the request takes effect each time.
 */
export type Effect = "reads" | "idempotent" | "keyed" | "once";

/** The traits of a call: the effect of its request, and the callbacks that it has. */
export interface CallTraits {
  readonly effect: Effect;
  readonly refresh: boolean;
  readonly verify: boolean;
  readonly redirect: boolean;
  readonly authenticate: boolean;
}

/** The facts about the error of an attempt. */
export interface Failure {
  readonly recovery: Recovery;
  /** `undefined` if nobody knows, which counts as `MAYBE_APPLIED`. */
  readonly outcome: Outcome | undefined;
  /** Whether the request left the process. */
  readonly sent: boolean;
  /** The delay in the error's RetryInfo, in milliseconds. */
  readonly retryDelay: number;
  /** The server's pushback, in milliseconds. `stop` forbids sending the same request again. */
  readonly pushback: number | "stop";
  /** Whether the next attempt would use another server, which this call has not loaded yet. By default, `false`. */
  readonly isMoved?: boolean;
}

/** An event of one call. `landed` says whose request holds the place of the call's own. */
export type RecoveryEvent =
  | { readonly type: "responded" }
  | { readonly type: "failed"; readonly failure: Failure }
  | { readonly type: "verified"; readonly landed: "ours" | "another" | "unknown" };

/** The state of one call between its attempts. */
export interface RecoveryState {
  /** The number of failed attempts. */
  readonly attempts: number;
  /** The number of them after which the call followed a redirect. */
  readonly hops: number;
  /** The number of them after which the call was held. */
  readonly holds: number;
  /** Whether the call has new credentials. */
  readonly authenticated: boolean;
  /** Whether any attempt may have been applied. Once it is set, no later failure resets it. */
  readonly mayBeApplied: boolean;
  /** Why the call fails if the verification does not find its request. */
  readonly stopping?: Stop;
}

/** The state of a call that has not failed. */
export const START: RecoveryState = { attempts: 0, hops: 0, holds: 0, authenticated: false, mayBeApplied: false };

/** Why a call was not sent again. */
export type StopReason =
  | "not-recoverable"
  | "no-callback"
  | "may-be-applied"
  | "conflict"
  | "attempts"
  | "hops"
  | "pushback"
  | "deadline"
  | "budget"
  | "cancelled"
  | "callback-failed";

/** The end of a call without success. */
export interface Stop {
  readonly type: "fail";
  readonly stopped: StopReason;
  /** The delay of the next attempt, in milliseconds, for which no time or budget was left. */
  readonly retryDelay?: number;
}

/** Sends the request again, after a delay in milliseconds. The cost is taken from the retry budget. */
export interface Resend {
  /**
   * What to do after the delay:
   *
   * - `wait`: nothing.
   * - `refresh`: rebuild the request.
   * - `redirect`: follow a redirect.
   * - `authenticate`: get credentials.
   * - `hold`: rebuild the request with its key, while later calls of its order wait.
   */
  readonly type: "wait" | "refresh" | "redirect" | "authenticate" | "hold";
  readonly delay: number;
  readonly cost: number;
}

/** What to do next. */
export type Action = { readonly type: "return" } | { readonly type: "verify" } | Stop | Resend;

/** The time, the budget and the chance at an event, which the state machine does not read itself. */
export interface Readings {
  /** The time until the deadline, in milliseconds. */
  readonly remaining: number;
  /** The tokens in the retry budget. */
  readonly tokens: number;
  /** A random number from 0 to 1. */
  readonly jitter: number;
}

/** The action that each recovery stands for. */
const ACTIONS: Readonly<Record<Recovery, Resend["type"] | "verify" | "fail">> = {
  NONE: "fail",
  FIX_REQUEST: "fail",
  AUTHENTICATE: "authenticate",
  RETRY: "wait",
  BACK_OFF_AND_RETRY: "wait",
  REFRESH_AND_RETRY: "refresh",
  REDIRECT: "redirect",
  TREAT_AS_SUCCESS: "verify",
  HOLD_AND_RETRY: "hold",
  CONTACT_OPERATOR: "fail",
};

/** Returns the state after an event, and the action to take. */
export function decide(
  state: RecoveryState,
  event: RecoveryEvent,
  call: CallTraits,
  numbers: RecoveryNumbers,
  readings: Readings,
): { readonly state: RecoveryState; readonly action: Action } {
  if (event.type === "responded") return { state, action: { type: "return" } };
  if (event.type === "verified") return afterVerification(state, event.landed, call);
  const { failure } = event;
  const isApplied = call.effect !== "reads" && failure.outcome !== "NOT_APPLIED";
  const failed = { ...state, attempts: state.attempts + 1, mayBeApplied: state.mayBeApplied || isApplied };
  const action = actionFor(failed, failure, call, numbers, readings);
  // A call that would fail with an unknown outcome first checks whether it has succeeded.
  if (action.type === "fail" && failed.mayBeApplied && call.verify && readings.remaining > 0) {
    return { state: { ...failed, stopping: action }, action: { type: "verify" } };
  }
  return { state: counted(failed, action), action };
}

/** Returns the state and the action after a verification. With a key, a request whose place another one holds takes no effect. */
function afterVerification(state: RecoveryState, landed: "ours" | "another" | "unknown", call: CallTraits) {
  const { stopping = stop("may-be-applied"), ...rest } = state;
  if (landed === "ours") return { state: rest, action: { type: "return" } } as const;
  if (landed === "unknown") return { state: rest, action: stopping };
  return { state: { ...rest, mayBeApplied: state.mayBeApplied && call.effect !== "keyed" }, action: stop("conflict") };
}

function actionFor(
  state: RecoveryState,
  failure: Failure,
  call: CallTraits,
  numbers: RecoveryNumbers,
  { remaining, tokens, jitter }: Readings,
): Action {
  const type = failure.outcome === "ALREADY_APPLIED" ? "verify" : ACTIONS[failure.recovery];
  if (type === "fail") return stop("not-recoverable");
  if (type === "verify") return call.verify ? { type } : stop("no-callback");
  if (numbers.attempts === 1) return stop("attempts");
  if (type !== "wait" && type !== "hold" && !call[type]) return stop("no-callback");
  if (!mayRepeat(type, call, state.mayBeApplied)) return stop("may-be-applied");
  if (type === "wait" && failure.pushback === "stop") return stop("pushback");
  if (type === "authenticate" && state.authenticated) return stop("not-recoverable");
  if (type === "redirect" && state.hops >= numbers.hops) return stop("hops");
  // A held request is sent until its outcome is known. A redirected one was not attempted, and only counts as a hop.
  const attempts = state.attempts - state.hops - state.holds;
  if (type !== "redirect" && type !== "hold" && attempts >= numbers.attempts) return stop("attempts");
  const delay = delayBefore(type, state, failure, numbers, jitter);
  if (delay >= remaining) return stop("deadline", delay);
  const cost = type === "redirect" ? 0 : costOf(failure);
  return cost > tokens ? stop("budget", delay) : { type, delay, cost };
}

/** Checks whether a request may be sent again, unchanged or rebuilt, after the earlier attempts. */
function mayRepeat(type: Resend["type"], { effect, refresh }: CallTraits, mayBeApplied: boolean): boolean {
  if (!mayBeApplied || effect === "reads" || effect === "keyed") return true;
  const isRebuilt = refresh && (type === "refresh" || type === "hold");
  return effect === "idempotent" && !isRebuilt;
}

/** Returns the delay before the next attempt: that of the server, and a doubling one with full jitter on top. */
function delayBefore(
  type: Resend["type"],
  { attempts, hops }: RecoveryState,
  { recovery, retryDelay, pushback, isMoved }: Failure,
  { delay, backOffDelay, longestDelay }: RecoveryNumbers,
  jitter: number,
): number {
  const least = Math.max(retryDelay, pushback === "stop" ? 0 : pushback);
  if (type === "authenticate" || (type === "redirect" && hops === 0)) return least;
  const base = recovery === "BACK_OFF_AND_RETRY" && !isMoved ? backOffDelay : delay;
  return least + jitter * Math.min(longestDelay, base * 2 ** (attempts - 1));
}

/** Returns the cost of a retry. A request that was not sent costs the server nothing. */
function costOf({ sent, recovery }: Failure): number {
  if (!sent) return 0;
  return recovery === "BACK_OFF_AND_RETRY" ? THROTTLED_COST : COST;
}

function counted(state: RecoveryState, { type }: Action): RecoveryState {
  if (type === "redirect") return { ...state, hops: state.hops + 1 };
  if (type === "hold") return { ...state, holds: state.holds + 1 };
  return type === "authenticate" ? { ...state, authenticated: true } : state;
}

function stop(stopped: StopReason, retryDelay?: number): Stop {
  return retryDelay === undefined ? { type: "fail", stopped } : { type: "fail", stopped, retryDelay };
}

import type { Code } from "../../code.js";
import type { Outcome } from "../../definition.js";
import type { RichError } from "../../rich-error.js";
import type { Action, StopReason } from "./resend-decision.js";

/** One failed attempt of a call. */
export interface FailedAttempt {
  /** The number of the attempt, from 1. */
  readonly number: number;
  readonly code: Code;
  readonly reason: string | undefined;
  /** The address of the server: the target of the attempt's channel. */
  readonly address: string;
  readonly error: RichError;
  /** The action that followed, such as `"wait"` or `"fail"`. */
  readonly action: Exclude<Action["type"], "verify">;
  /** The delay before the next attempt, in milliseconds. 0 after the last attempt. */
  readonly delay: number;
  /** Why a cluster client did not follow the redirect in the error. */
  readonly refused?: string;
}

/** What recovery did for a call that failed. */
export interface RecoveryReport {
  /** All attempts, in order. Empty if the call was not sent. */
  readonly attempts: readonly FailedAttempt[];
  /** Why the request was not sent again. */
  readonly stopped: StopReason;
  /** The effect of all attempts together. */
  readonly outcome: Outcome | undefined;
  /** The value that a callback of the recovery threw. */
  readonly thrown?: unknown;
}

const reports = new WeakMap<RichError, RecoveryReport>();

/** Returns the report of a call: what recovery did for it, by the error that the call failed with. */
export function reportOf(error: unknown): RecoveryReport | undefined {
  return reports.get(error as RichError);
}

/**
 * Attaches a report to the error that the caller gets.
 *
 * The outcome of the error becomes that of the call: an earlier attempt may have taken effect, even if the last one
 * did not. Its `retryDelay` becomes the delay for which no time or budget was left.
 */
export function attachReport(error: RichError, report: RecoveryReport, retryDelay: number | undefined): RichError {
  reports.set(error, report);
  replace(error, "outcome", report.outcome);
  if (retryDelay !== undefined) replace(error, "retryDelay", retryDelay);
  return error;
}

/** Replaces a property of an error. It is not enumerable, because loggers print those. A frozen error keeps the old value. */
function replace(error: RichError, name: keyof RichError, value: unknown): void {
  Reflect.defineProperty(error, name, { value, configurable: true, enumerable: false });
}

/** Returns the error for the caller: the last one that a server sent, or else the last one. */
export function finalError(attempts: readonly FailedAttempt[], last: RichError, stopped: StopReason): RichError {
  if (stopped === "cancelled") return last;
  return [...attempts].reverse().find(({ error }) => error.origin === "SERVER")?.error ?? last;
}

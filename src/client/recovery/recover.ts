import { checkReadOptions, type ReadOptions } from "../../error/receive.js";
import { checkOptions, type OptionNames } from "../../platform/options.js";
import { describeValue, isObject } from "../../platform/values.js";
import { checkDeadline, checkSignal } from "../call-checks.js";
import type { CallRecovery } from "./call-recovery.js";
import { type RecoverySettings, traitsFor } from "./options.js";
import { type Attempt, RecoveringCall } from "./recovering-call.js";

/** Options of {@link recover}. */
export interface RecoverOptions<Request, Response, Target> extends ReadOptions {
  /** What may be sent again. */
  readonly recovery: CallRecovery<Request, Response, Target>;
  /** The request, for the callbacks of the recovery. By default, `undefined`. */
  readonly request?: Request;
  /** The server, whose retry budget the call shares. By default, all calls without an address share one budget. */
  readonly address?: string;
  /** The deadline of all attempts: a Date, or milliseconds since 1970. By default, none. Pass it to each attempt, too. */
  readonly deadline?: Date | number;
  /** Ends the call between attempts. Pass it to each attempt, too. By default, none. */
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<RecoverOptions<unknown, unknown, unknown>> = {
  recovery: true,
  request: true,
  address: true,
  deadline: true,
  signal: true,
  catalogs: true,
};

/**
 * Calls a function until it succeeds, or until the meaning of its errors forbids another call:
 *
 * ```ts
 * const page = await recover({ recovery: recovery.readOnly, signal }, () => fetchPage(url, { signal }));
 * ```
 *
 * - The function must make a new call each time.
 * - Errors that `RichError.from` recognizes recover: those of calls, Node and `fetch`. Others are thrown unchanged.
 * - The error is the last one that a server sent. {@link reportOf} returns the attempts, and why they stopped.
 *
 * @throws TypeError for an option that is unknown, or of a wrong type
 */
export async function recover<Response, Request = undefined, Target = undefined>(
  options: RecoverOptions<Request, Response, Target>,
  send: (attempt: Attempt<Request, Target>) => Promise<Response>,
): Promise<Response> {
  checkOptions("recover", options, NAMES);
  const { recovery, request, address = "", deadline, signal, catalogs } = options;
  if (!isObject(recovery) || !("settings" in recovery)) {
    throw new TypeError(`recover: recovery is ${describeValue(recovery)}; write one, such as recovery.readOnly`);
  }
  checkReadOptions("recover", catalogs && { catalogs });
  checkDeadline(deadline);
  checkSignal(signal);
  if (typeof send !== "function") throw new TypeError(`recover: the call is ${describeValue(send)}; write a function`);
  // `CallRecovery` has these types, but its settings do not.
  const settings = recovery.settings as RecoverySettings<Request, Response, Target>;
  return new RecoveringCall<Request, Response, Target>({
    recovery: settings,
    traits: traitsFor(recovery.settings, false),
    // The type of the request is `undefined` unless the caller gives one.
    request: request as Request,
    ...(catalogs && { catalogs }),
    signals: () => (signal ? [signal] : []),
    send,
    addressOf: (target) => (target === undefined ? address : String(target)),
    deadline: () => (deadline === undefined ? Number.POSITIVE_INFINITY : Number(deadline)),
  }).run();
}

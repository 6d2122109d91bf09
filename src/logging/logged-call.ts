import { attempt } from "../platform/values.js";
import type { FailedCall } from "../server/options.js";
import { checkLoggingOptions, type LoggedError, type LoggingOptions, serializeError } from "./logged-error.js";

/** A failed call of a server as plain data for a structured log. Flags that are `false` and empty lists are left out. */
export interface LoggedCall {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  readonly peer: string;
  readonly requestId: string;
  /** Whether the client got `INTERNAL` and the request id in place of the error. */
  readonly masked?: true;
  /** Whether the failure came too late for the client. */
  readonly late?: true;
  /** Whether the contract of the method does not name the error. */
  readonly outsideContract?: true;
  /** The parts of the error that did not fit. */
  readonly shed?: readonly string[];
  /** What was left out of the error, and why. */
  readonly problems?: readonly string[];
  /** The error that the handler failed with. */
  readonly err: LoggedError;
  /** The error that the client got, if it is another one. Left out if `masked`, because that is the same for all. */
  readonly sent?: LoggedError;
}

/**
 * Returns a failed call, as `onError` of `richErrorServerInterceptor` gets it, as plain data for a structured log:
 *
 * ```ts
 * onError: (call) => logger.error(serializeCall(call, { stack: call.masked }), "call failed"),
 * ```
 *
 * Nothing of the request's metadata is in it except the request id.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function serializeCall(call: FailedCall, options?: LoggingOptions): LoggedCall {
  checkLoggingOptions("serializeCall", options);
  const { method, peer, requestId, masked, late, outsideContract, shed, problems, error, sent } = call;
  return {
    ...{ method, peer, requestId },
    ...(masked && { masked }),
    ...(late && { late }),
    ...(outsideContract && { outsideContract }),
    ...(shed.length > 0 && { shed }),
    ...(problems.length > 0 && { problems: problems.map((problem) => attempt(() => problem.message) ?? "") }),
    err: serializeError(error, options),
    ...(!masked && sent !== error && { sent: serializeError(sent, options) }),
  };
}

import type { CodeName } from "../code.js";
import type { Fault, Origin, Outcome, Recovery } from "../definition.js";
import type { Issue } from "../issue.js";
import { checkOptions, type OptionNames, refuseOption } from "../platform/options.js";
import { plainOf } from "../platform/plain-value.js";
import { isObject } from "../platform/values.js";
import { ErrorTree } from "./error-tree.js";

/** Options of everything that writes errors to logs. */
export interface LoggingOptions {
  /** Whether the stacks of an error and of its causes are logged. By default, they are not. */
  readonly stack?: boolean;
}

/**
 * An error as plain data for a structured log. Its keys are the same for every error, so that one query finds a reason
 * in the logs of all services.
 *
 * - It has up to 2,000 values and 50,000 characters, its causes included; the rest is counted: `"… 9,984 more"`.
 * - It has no metadata, and of errors of other classes no properties but those below.
 */
export interface LoggedError {
  /** The name of the error's class: `"OrderNotFoundError"`. `"NonError"` for a value that is not an error. */
  readonly name: string;
  readonly message: string;
  /** The name of the status code: `"NOT_FOUND"`. Of another class's error, its own code: `"ECONNREFUSED"`. */
  readonly code?: CodeName | string | number;
  readonly reason?: string;
  readonly domain?: string;
  readonly recovery?: Recovery;
  readonly outcome?: Outcome;
  readonly fault?: Fault;
  readonly origin?: Origin;
  /** Whether the error ended a call of this process. Left out if it was made here. */
  readonly received?: true;
  /** The minimum time to wait before a retry, in milliseconds. */
  readonly retryDelay?: number;
  /** The id of the call in the error's RequestInfo, which links the logs of client and server. */
  readonly requestId?: string;
  /** What the recovery of the call did, attempt by attempt, without the errors. */
  readonly attempts?: readonly object[];
  /** Why the request was not sent again. */
  readonly stopped?: string;
  readonly detail?: unknown;
  /** The metadata of the error's ErrorInfo. */
  readonly info?: unknown;
  /** The other details, each with its type URL as `"@type"`. */
  readonly errorDetails?: readonly unknown[];
  readonly issues?: readonly (Issue | string)[];
  /** The cause. Of an object that is not an error, only its type. */
  readonly cause?: LoggedError | string | number | boolean | null;
  /** The errors of an `AggregateError`. */
  readonly errors?: readonly LoggedError[];
  readonly stack?: string;
}

const OPTIONS: OptionNames<LoggingOptions> = { stack: true };

/**
 * Checks the options of a function that writes errors to logs.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function checkLoggingOptions(where: string, options: LoggingOptions | undefined): void {
  checkOptions(where, options, OPTIONS);
  const stack: unknown = options?.stack;
  if (stack === undefined || typeof stack === "boolean") return;
  refuseOption(where, "stack", stack, "a boolean", "write stack: true");
}

/**
 * Returns any thrown value as plain data for a structured log: see {@link LoggedError}.
 *
 * ```ts
 * console.error(JSON.stringify({ level: "error", err: serializeError(error, { stack: true }) }));
 * ```
 *
 * `pinoSerializers` and `winstonFormat` write the same. Never throws because of the value.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function serializeError(error: unknown, options?: LoggingOptions): LoggedError {
  checkLoggingOptions("serializeError", options);
  const logged = plainOf(new ErrorTree(options?.stack ?? false).serialize(error), "json") as LoggedError;
  serialized.add(logged);
  return logged;
}

const serialized = new WeakSet<object>();

/** Checks whether a value is the result of {@link serializeError}. */
export function isSerialized(value: unknown): boolean {
  return isObject(value) && serialized.has(value);
}

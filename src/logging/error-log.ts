import type { CodeName } from "../code.js";
import type { Fault, Origin, Outcome, Recovery } from "../definition.js";
import { typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { jsonOf, type Printable } from "../error/printing.js";
import { isBranded } from "../instance-of.js";
import type { Issue } from "../issue.js";
import { checkOptions, type OptionNames } from "../platform/options.js";
import { plainOf } from "../platform/plain-value.js";
import { attempt, describeValue, isError, isObject, tagOf, thrownText } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import { type LoggedAttempts, loggedAttempts } from "./attempts.js";

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
export interface LoggedError extends Partial<LoggedAttempts> {
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
  throw new TypeError(`${where}: stack is ${describeValue(stack)}, not a boolean; write stack: true`);
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

/** Checks whether a value is an error, or a RichError of any copy of this package. Never throws. */
export function isAnyError(value: unknown): value is Error {
  return attempt(() => isError(value)) ?? false;
}

/** Checks whether a value is a RichError, or has one among its causes. Never throws. */
export function hasRichError(value: unknown): boolean {
  return firstRichError(value) !== undefined;
}

/** Returns the first RichError of a value and its causes. Never throws. */
export function firstRichError(value: unknown): RichError | undefined {
  let next = value;
  for (let left = MAX_ERRORS; left > 0 && isAnyError(next); left--) {
    if (isBranded(next)) return next as RichError;
    next = causeOf(next);
  }
  return undefined;
}

/** The number of errors that are logged: an error, its causes, and the errors in them. */
const MAX_ERRORS = 9;

/** An error with its causes. A circle of causes ends where it closes. */
class ErrorTree {
  readonly #stack: boolean;
  readonly #above: Error[] = [];
  #left = MAX_ERRORS;

  constructor(stack: boolean) {
    this.#stack = stack;
  }

  serialize(value: unknown): object {
    this.#left--;
    if (!isAnyError(value)) return { name: "NonError", message: textOf(value) };
    this.#above.push(value);
    const own = isBranded(value) ? richFields(value as RichError) : plainFields(value);
    const tree = { ...own, ...this.#cause(value), ...this.#errors(value), ...this.#stackOf(value) };
    this.#above.pop();
    return tree;
  }

  #cause(error: Error): object {
    const cause = causeOf(error);
    if (cause === undefined) return {};
    if (isAnyError(cause)) return { cause: this.#nested(cause) };
    return { cause: isObject(cause) ? tagOf(cause) : cause };
  }

  #errors(error: Error): object {
    if (isBranded(error)) return {};
    const found = attempt(() => {
      const errors: unknown = (error as Partial<AggregateError>).errors;
      return Array.isArray(errors)
        ? { first: errors.slice(0, MAX_ERRORS) as unknown[], count: errors.length }
        : undefined;
    });
    if (!found) return {};
    const logged: unknown[] = [];
    for (const nested of found.first) if (this.#left > 0) logged.push(this.#nested(nested));
    if (logged.length < found.count) logged.push(`… ${found.count - logged.length} more`);
    return { errors: logged };
  }

  #nested(value: unknown): unknown {
    if (this.#above.some((above) => above === value)) return "[Circular]";
    return this.#left > 0 ? this.serialize(value) : "… more";
  }

  #stackOf(error: Error): object {
    if (!this.#stack) return {};
    const stack: unknown = attempt(() => error.stack);
    return typeof stack === "string" ? { stack } : {};
  }
}

function richFields(error: RichError): object {
  const {
    cause: _,
    name,
    message,
    code,
    reason,
    domain,
    detail,
    errorDetails,
    issues,
    ...others
  } = jsonOf(error as Printable, 0);
  const facts = {
    recovery: attempt(() => error.recovery),
    outcome: attempt(() => error.outcome),
    fault: attempt(() => error.fault),
    origin: attempt(() => error.origin),
    received: attempt(() => error.received) || undefined,
    retryDelay: attempt(() => error.retryDelay),
    requestId: attempt(() => error.standardDetails.requestInfo?.requestId),
  };
  return present({
    ...{ name, message, code, reason, domain },
    ...facts,
    ...loggedAttempts(error),
    detail,
    ...sortDetails(
      errorDetails,
      attempt(() => error.definition?.detail?.typeName),
    ),
    issues,
    ...others,
  });
}

/** Leaves out what stands elsewhere: reason and domain of ErrorInfo, and the error's own detail. */
function sortDetails(details: readonly unknown[] = [], own: string | undefined): object {
  const typeOf = (detail: unknown) => {
    const type: unknown = isObject(detail) && "@type" in detail ? detail["@type"] : undefined;
    return typeof type === "string" ? typeNameOf(type) : undefined;
  };
  const info = details.find((detail) => typeOf(detail) === ErrorInfo.typeName);
  const metadata: unknown = isObject(info) && "metadata" in info ? info.metadata : undefined;
  const others = details.filter((detail) => {
    const type = typeOf(detail);
    return type === undefined || (type !== ErrorInfo.typeName && type !== own);
  });
  return {
    info: isObject(metadata) && Object.keys(metadata).length > 0 ? metadata : undefined,
    errorDetails: others.length > 0 ? others : undefined,
  };
}

function plainFields(error: Error): object {
  const code: unknown = attempt(() => (error as { readonly code?: unknown }).code);
  return present({
    name: textOf(attempt(() => error.name)),
    message: textOf(attempt(() => error.message)),
    code: typeof code === "string" || typeof code === "number" ? code : undefined,
  });
}

/** Returns a text. Of an object, only what it is, because its fields may hold secrets. */
function textOf(value: unknown): string {
  return isObject(value) || typeof value === "function" ? describeValue(value) : thrownText(value);
}

function causeOf(error: Error): unknown {
  return attempt(() => error.cause);
}

function present(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

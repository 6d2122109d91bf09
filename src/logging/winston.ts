import { type Code, codeName, isCode } from "../code.js";
import { isBranded } from "../instance-of.js";
import { attempt, isError, isObject, isPlain } from "../platform/values.js";
import type { RichError } from "../rich-error.js";
import { holdsCallError, isAnyError, withoutMetadata } from "./causes.js";
import { checkLoggingOptions, type LoggingOptions, serializeError } from "./logged-error.js";

/** A format for `winston.format.combine`. */
export interface WinstonFormat {
  /** Returns what is logged in place of what a logger was given. */
  transform<Info extends object>(info: Info): Info;
}

/**
 * Returns a format with which winston logs a RichError with its reason, details and causes, as {@link serializeError}
 * writes them:
 *
 * ```ts
 * const logger = createLogger({ format: format.combine(winstonFormat(), format.errors({ stack: true }), format.json()) });
 * logger.error(error); // {"level":"error","message":"no such order","err":{"name":"OrderNotFoundError","reason":…}}
 * logger.error("order not placed", { err: error });
 * ```
 *
 * - It must come before `format.errors`, which keeps only the message of an error.
 * - An error that is logged alone, or after a text, becomes `err`. Under a key of its own, it stays there.
 * - An error of grpc-js is logged without its metadata.
 * - An error of another class is left to winston, unless one of these is in it: among its causes, in an `AggregateError`, or
 *   in a property.
 * - A child logger takes an error apart that is logged alone, so that only message, code, reason, domain and cause are left:
 *   write `child.error("…", { err: error })`.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type
 */
export function winstonFormat(options?: LoggingOptions): WinstonFormat {
  checkLoggingOptions("winstonFormat", options);
  return { transform: (info) => attempt(() => transformed(info, options)) ?? info };
}

type Info = Record<string | symbol, unknown>;

/** Where winston keeps what follows the message. */
const SPLAT = Symbol.for("splat");

function transformed<Given extends object>(given: Given, options: LoggingOptions | undefined): Given {
  const info: Info = { ...(given as Info) };
  if (holdsCallError(given)) {
    // `logger.error(error)`: winston adds the level to the error itself.
    takeApart(info, given, options);
    info["message"] = attempt(() => (given as unknown as Error).message);
  } else if (holdsCallError(info["message"])) {
    // The same, if the message of the error is empty, and `logger.log({ level, message: error })`.
    const error = info["message"] as Error;
    takeApart(info, error, options);
    info["message"] = attempt(() => error.message);
  } else if (isAnyError(given)) {
    return given;
  } else if (Array.isArray(info[SPLAT])) {
    const splat: readonly unknown[] = info[SPLAT];
    // `logger.error("text", error)`: winston has copied the properties of the error.
    if (holdsCallError(splat[0])) takeApart(info, splat[0], options);
    // `format.splat` copies them again, unless it formats them.
    const isFormat = TOKENS.test(String(info["message"]));
    info[SPLAT] = splat.map((meta) => (isFormat ? formattable(meta, options) : mergeable(meta, options)));
  } else if (isTakenApart(info)) {
    info["err"] = putTogether(info, options);
    for (const key of COPIED) delete info[key];
  }
  return withErrors(info, options) as Given;
}

/** The placeholders that `format.splat` replaces. */
const TOKENS = /%[scdjifoO%]/;

/** A RichError shows nothing secret in any format. */
function formattable(meta: unknown, options: LoggingOptions | undefined): unknown {
  return holdsCallError(meta) && !isBranded(meta) ? serializeError(meta, options) : withoutMetadata(meta);
}

function mergeable(meta: unknown, options: LoggingOptions | undefined): unknown {
  if (holdsCallError(meta)) return { err: serializeError(meta, options) };
  return isObject(meta) && isPlain(meta) ? withErrors({ ...meta }, options) : meta;
}

function withErrors(fields: Info, options: LoggingOptions | undefined): Info {
  for (const [key, value] of Object.entries(fields)) {
    const isOurs = holdsCallError(value) || (key === "cause" && isAnyError(value)) || isUnreadable(value);
    // A child logger takes an error of grpc-js apart that is logged alone.
    fields[key] = isOurs ? serializeError(value, options) : withoutMetadata(value);
  }
  return fields;
}

/** Checks whether a value would make `format.json` throw: a Proxy that throws. */
function isUnreadable(value: unknown): boolean {
  return attempt(() => isError(value)) === undefined;
}

/** Moves an error to the key `err`. What winston copied of it is there. */
function takeApart(info: Info, error: unknown, options: LoggingOptions | undefined): void {
  for (const key of [...COPIED, ...COPIED_OF_GRPC]) {
    if (info[key] === attempt(() => Reflect.get(error as object, key))) delete info[key];
  }
  info["err"] = serializeError(error, options);
}

/** Checks whether a child logger has taken a RichError apart: no other object has all these properties. */
function isTakenApart(info: Info): boolean {
  return COPIED.every((key) => Object.hasOwn(info, key)) && isCode(info["code"]) && typeof info["stack"] === "string";
}

function putTogether(
  { message, code, reason, domain, stack, cause }: Info,
  options: LoggingOptions | undefined,
): object {
  const head = new Error(String(message), { cause });
  return {
    ...serializeError(head, { stack: false }),
    ...{ name: "RichError", code: codeName(code as Code) },
    ...(reason !== undefined && { reason }),
    ...(domain !== undefined && { domain }),
    ...(options?.stack && { stack }),
  };
}

/** The properties that are in `err` as well. */
const COPIED = ["code", "reason", "domain", "stack", "cause"] satisfies readonly (keyof RichError)[];

/** The properties of an error of grpc-js that are in `err` as well, or may hold secrets. */
const COPIED_OF_GRPC = ["details", "metadata"];

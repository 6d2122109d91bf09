import { attempt, describeValue, isObject } from "../platform/values.js";
import { holdsCallError, isAnyError, isErrorOfCall, withoutMetadata } from "./causes.js";
import { checkLoggingOptions, isSerialized, type LoggingOptions, serializeError } from "./logged-error.js";

/** The serializer of errors in `pino.stdSerializers`. */
export interface StandardSerializers {
  /** Returns an error as pino logs it. */
  err(error: Error): unknown;
}

/** Serializers for pino's option `serializers`. */
// A type, because an interface cannot be assigned to pino's type, which has an index signature.
export type PinoSerializers = {
  /** Serializes the value of the key `err`, or of the key that pino's option `errorKey` names. */
  err: (value: unknown) => unknown;
};

/**
 * Returns serializers with which pino and pino-http log a RichError with its reason, details and causes, as
 * {@link serializeError} writes them:
 *
 * ```ts
 * const logger = pino({ serializers: pinoSerializers(pino.stdSerializers) });
 * logger.error(error, "order not placed"); // {"level":50,"err":{"type":"OrderRejectedError","reason":…},"msg":…}
 * ```
 *
 * - `type` is the name of the class, as pino has it.
 * - An error of grpc-js is logged without its metadata.
 * - Any other error is logged as pino does it, with `cause` if one of these is among its causes. Those in its properties and
 *   those of an `AggregateError` are logged as above. If pino's serializer throws at it, it is logged as {@link serializeError} does it.
 * - Child loggers and pino's option `redact` work as with any serializer: `redact: ["err.detail.email"]`.
 *
 * @param standard `pino.stdSerializers`
 * @throws TypeError if `standard` has no serializer `err`, or an option is unknown or has a value of the wrong type
 */
export function pinoSerializers(standard: StandardSerializers, options?: LoggingOptions): PinoSerializers {
  const where = "pinoSerializers";
  checkLoggingOptions(where, options);
  const given: unknown = standard;
  if (!isObject(given) || typeof Reflect.get(given, "err") !== "function") {
    const found = describeValue(given);
    throw new TypeError(`${where}: the first argument is ${found}; write ${where}(pino.stdSerializers)`);
  }
  return {
    err(value) {
      if (isSerialized(value)) return value;
      const error = rawOf(value) ?? value;
      if (isErrorOfCall(error)) return typed(error, options);
      const byPino = attempt(() => ({ serialized: cleaned(standard.err(value as Error), options) }));
      return byPino ? byPino.serialized : typed(error, options);
    },
  };
}

function typed(error: unknown, options: LoggingOptions | undefined): object {
  const logged = serializeError(error, options);
  return { type: logged.name, ...logged };
}

/** pino-http hands over what pino's serializer made of an error, which has the error itself as `raw`. */
function rawOf(value: unknown): Error | undefined {
  const raw: unknown = attempt(() => (isObject(value) && !isAnyError(value) ? Reflect.get(value, "raw") : undefined));
  return isAnyError(raw) ? raw : undefined;
}

/**
 * Returns what pino's serializer made of an error of another class. Each error of a call in it is replaced, at any depth:
 * those in properties, and those of an `AggregateError`.
 */
function cleaned(value: unknown, options: LoggingOptions | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => cleaned(item, options));
  const error = rawOf(value);
  if (error === undefined || !isObject(value))
    return holdsCallError(value) ? typed(value, options) : withoutMetadata(value);
  if (isErrorOfCall(error)) return typed(error, options);
  for (const [key, property] of Object.entries(value)) Object.assign(value, { [key]: cleaned(property, options) });
  // Pino has the causes of an error in its message and stack only.
  return holdsCallError(error.cause) ? Object.assign(value, { cause: serializeError(error.cause, options) }) : value;
}

import { Code } from "./code.js";
import { CIRCUIT_OPEN, FROM_SERVER, NO_RESPONSE } from "./error/origin.js";
import { ReceivedContent, type ReceivedContext } from "./error/received-content.js";
import { RichError } from "./rich-error.js";

/** What can be said of an error that an API answered. */
export interface ApiErrorOptions {
  /** What went wrong, in `UPPER_SNAKE_CASE`. */
  readonly reason?: string;
  /** Who says so. */
  readonly domain?: string;
  readonly cause?: unknown;
}

/**
 * The base of the classes for errors that a server answered, and that no catalog knows.
 *
 * For a proto with `client_errors: "Shop"`, the generator writes `ShopApiError`.
 * These and the two below come from clients. A test or an SDK may make them too,
 * but a server's client never gets them: thrown by a handler, they are masked.
 */
export class ApiError<Name extends string = string> extends RichError<undefined, string | undefined> {
  declare readonly name: Name;

  constructor(code: Code, message: string, { reason, domain = "", ...options }: ApiErrorOptions = {}) {
    const info = reason === undefined ? undefined : { reason, domain, metadata: {} };
    super(made(code, message, { originFacts: FROM_SERVER, info, ...causedBy(options) }));
  }
}

/** The base of the classes for calls to which no answer came. Their code is what grpc-js says, else `UNAVAILABLE`. */
export class NetworkError<Name extends string = string> extends RichError<undefined, undefined> {
  declare readonly name: Name;

  constructor(message = "no answer came", options: { readonly cause?: unknown } = {}) {
    super(made(Code.UNAVAILABLE, message, { originFacts: NO_RESPONSE, ...causedBy(options) }));
  }
}

/** The base of the classes for calls that were not made, because a circuit breaker is open. */
export class CircuitOpenError<Name extends string = string> extends RichError<undefined, undefined> {
  declare readonly name: Name;

  constructor(message = "the circuit breaker is open", options: { readonly cause?: unknown } = {}) {
    super(made(Code.UNAVAILABLE, message, { originFacts: CIRCUIT_OPEN, ...causedBy(options) }));
  }
}

function made(code: Code, message: string, context: ReceivedContext): ReceivedContent {
  return new ReceivedContent({ code, message }, { code, message, details: [], issues: [] }, [], context);
}

function causedBy(options: { readonly cause?: unknown }): Pick<ReceivedContext, "caused"> {
  return "cause" in options ? { caused: { cause: options.cause } } : {};
}

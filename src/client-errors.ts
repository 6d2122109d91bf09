import { Code } from "./code.js";
import { CIRCUIT_OPEN, FROM_SERVER, NO_RESPONSE } from "./error/origin.js";
import { ReceivedContent, type ReceivedContext } from "./error/received-error.js";
import { RichError } from "./rich-error.js";

/** Options for a new {@link ApiError}. */
export interface ApiErrorOptions {
  /** The reason of the error, in `UPPER_SNAKE_CASE`. By default, the error has no identity. */
  readonly reason?: string;
  /** The service, or the part of a service, that defines the reason. By default, it is empty. */
  readonly domain?: string;
  /** The value that caused the error. */
  readonly cause?: unknown;
}

/**
 * The base class of errors that a server sent and no catalog declares. By `instanceof`, the declared errors of the
 * server belong to its subclasses, too.
 *
 * For a proto with `client_errors: "Shop"`, the generator writes `ShopApiError`, `ShopNetworkError` and
 * `ShopCircuitOpenError`. A client throws them, and a test or an SDK may construct them. A server masks them if a
 * handler throws one, as it does with every error of another server.
 */
export class ApiError<Name extends string = string> extends RichError<undefined, string | undefined> {
  declare readonly name: Name;

  constructor(code: Code, message: string, options: ApiErrorOptions = {}) {
    const { reason, domain = "" } = options;
    const info = reason === undefined ? undefined : { reason, domain, metadata: {} };
    super(contentWith(code, message, { originFacts: FROM_SERVER, info, ...causedBy(options) }));
  }
}

/** The base class of errors of calls without a response. The code is that of grpc-js, and by default `UNAVAILABLE`. */
export class NetworkError<Name extends string = string> extends RichError<undefined, undefined> {
  declare readonly name: Name;

  constructor(message = "no response from the server", options: { readonly cause?: unknown } = {}) {
    super(contentWith(Code.UNAVAILABLE, message, { originFacts: NO_RESPONSE, ...causedBy(options) }));
  }
}

/** The base class of errors of calls that an open circuit breaker stopped. The code is `UNAVAILABLE`. */
export class CircuitOpenError<Name extends string = string> extends RichError<undefined, undefined> {
  declare readonly name: Name;

  constructor(message = "the circuit breaker is open", options: { readonly cause?: unknown } = {}) {
    super(contentWith(Code.UNAVAILABLE, message, { originFacts: CIRCUIT_OPEN, ...causedBy(options) }));
  }
}

function contentWith(code: Code, message: string, context: ReceivedContext): ReceivedContent {
  return new ReceivedContent({ code, message }, { code, message, details: [], issues: [] }, [], context);
}

function causedBy(options: { readonly cause?: unknown }): Pick<ReceivedContext, "caused"> {
  return "cause" in options ? { caused: { cause: options.cause } } : {};
}

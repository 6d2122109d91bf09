/**
 * Typed errors for Express.
 *
 * @packageDocumentation
 */
import type { ServerResponse } from "node:http";
import {
  type ErrorHandlerOptions,
  ErrorHandling,
  type FailedRequest,
  type FrameworkErrors,
  removeStatusMessage,
  STALE_HEADERS,
} from "../http/error-handling.js";
import { codeOfApplication, isErrorStatus } from "../http/headers.js";
import { RichError } from "../rich-error.js";

export type { ErrorHandlerOptions, FailedRequest };

/** The part of an Express request that an error handler needs. */
export interface ExpressRequestLike {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The URL before a router changed it. */
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** An error handler of Express 4 and 5, and of any framework with handlers like theirs. */
export type ExpressErrorHandler = (
  thrown: unknown,
  request: ExpressRequestLike,
  response: ServerResponse,
  next: (thrown?: unknown) => void,
) => void;

/**
 * Creates an error handler for Express that sends errors as JSON:
 *
 * ```ts
 * app.use(richErrorHandler({ catalogs: [catalog] }));
 * ```
 *
 * Add it after all routes.
 *
 * - A RichError is sent as by `toHttp`: with its HTTP status, its details and `Retry-After`.
 * - An error of another server is sent if `catalogs` has it. Any other error becomes 500 with a request id.
 * - An error that Express, its parsers or `http-errors` made for the caller (`expose: true`) keeps its status and its
 *   message.
 * - If the response has begun, Express closes the connection.
 * - Requests without a route stay with Express, which sends 404.
 * - By default, masked errors are printed to standard error with their request id.
 *
 * Express 4 does not see rejections of async handlers: pass them to `next`.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type, or an entry of `map` can never match
 */
export function richErrorHandler<const Thrown extends readonly unknown[] = []>(
  options: ErrorHandlerOptions<Thrown> = {},
): ExpressErrorHandler {
  const handling = new ErrorHandling("richErrorHandler", options, exposedErrors);
  // Express recognizes an error handler by its four parameters.
  return (thrown, request, response, next) => {
    const { method = "", headers, url = "", originalUrl = url } = request;
    const late = response.headersSent;
    const facts = { vary: response.getHeader("vary"), late, log: logFailure };
    const { status, headers: own, text } = handling.respond(thrown, { method, url: originalUrl, headers }, facts);
    if (late) return next(thrown);
    for (const name of STALE_HEADERS) response.removeHeader(name);
    removeStatusMessage(response);
    response.statusCode = status;
    for (const [name, value] of Object.entries(own)) response.setHeader(name, value);
    response.setHeader("Content-Length", Buffer.byteLength(text));
    response.end(text);
  };
}

/** Errors of the package `http-errors`, which Express and its parsers throw, and of its conventions. */
const exposedErrors: FrameworkErrors<ExposedError> = {
  includes: isExposed,
  toRichError: (error) => new RichError(codeOfApplication(error.status), error.message, { cause: error }),
  statusOf: ({ status }) => status,
};

interface ExposedError extends Error {
  readonly status: number;
}

function isExposed(thrown: unknown): thrown is ExposedError {
  if (!(thrown instanceof Error && "status" in thrown)) return false;
  const { expose } = thrown as { readonly expose?: unknown };
  // The router throws an URIError for a path that cannot be decoded, and does not mark it.
  return (expose === true || thrown instanceof URIError) && isErrorStatus(thrown.status);
}

/** Express itself prints errors this way. */
function logFailure({ method, path, requestId, masked, error }: FailedRequest): void {
  if (masked) console.error(`${method} ${path} failed, request id ${requestId}:`, error);
}

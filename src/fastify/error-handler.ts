/**
 * Typed errors for Fastify.
 *
 * @packageDocumentation
 */
import { constants } from "node:http2";
import { StandardDetails } from "../detail/collected-details.js";
import {
  type ErrorHandlerOptions,
  ErrorHandling,
  type FailedRequest,
  type FrameworkErrors,
  type HttpRequest,
  removeStatusMessage,
  STALE_HEADERS,
} from "../http/error-handling.js";
import { codeOfApplication, isErrorStatus } from "../http/headers.js";
import { isObject } from "../platform/values.js";
import { RichError } from "../rich-error.js";

export type { ErrorHandlerOptions, FailedRequest };

/** The part of a Fastify request that an error handler needs. */
export interface FastifyRequestLike extends HttpRequest {
  /** The logger of the request. */
  readonly log: {
    /** Logs a failure. */
    error(fields: object, message: string): void;
  };
}

/** The part of a Fastify reply that an error handler needs. */
export interface FastifyReplyLike {
  /** The response of Node. */
  readonly raw: {
    readonly headersSent: boolean;
    /** Closes the connection. */
    destroy(): unknown;
    /** The stream of HTTP/2. */
    readonly stream?: {
      /** Ends the stream with an error code of HTTP/2. */
      close(code: number): unknown;
    } | null;
  };
  /** Takes the response from Fastify. */
  hijack(): unknown;
  /** Sets the HTTP status. */
  code(status: number): unknown;
  /** Returns a header, if it is set. */
  getHeader(name: string): unknown;
  /** Removes a header. */
  removeHeader(name: string): unknown;
  /** Sets headers. */
  headers(headers: Record<string, string>): unknown;
  /** Sends the body. */
  send(payload: string): unknown;
}

/** An error handler of Fastify. */
export type FastifyErrorHandler = (thrown: unknown, request: FastifyRequestLike, reply: FastifyReplyLike) => void;

/**
 * Creates an error handler for Fastify that sends errors as JSON:
 *
 * ```ts
 * app.setErrorHandler(richErrorHandler({ catalogs: [catalog] }));
 * ```
 *
 * - A RichError is sent as by `toHttp`: with its HTTP status, its details and `Retry-After`. The response schemas of a
 *   route do not apply to it.
 * - An error of another server is sent if `catalogs` has it. Any other error becomes 500 with a request id.
 * - A mistake that Fastify finds in a request keeps its status and its message. One that a schema finds has a
 *   BadRequest with a violation for each field.
 * - Requests without a route stay with `setNotFoundHandler`.
 * - If the response has begun, it is broken off.
 * - By default, masked errors are logged with `request.log` and their request id.
 *
 * Fastify itself breaks off a stream that fails after the response has begun, and does not call error handlers. Over
 * HTTP/2, the caller then sees a shorter response without an error.
 *
 * @throws TypeError if an option is unknown or has a value of the wrong type, or an entry of `map` can never match
 */
export function richErrorHandler<const Thrown extends readonly unknown[] = []>(
  options: ErrorHandlerOptions<Thrown> = {},
): FastifyErrorHandler {
  const handling = new ErrorHandling("richErrorHandler", options, errorsOfFastify);
  return (thrown, request, reply) => {
    const log = (failure: FailedRequest) => logFailure(failure, request);
    const late = reply.raw.headersSent;
    const { status, headers, text } = handling.respond(thrown, request, { vary: reply.getHeader("vary"), late, log });
    if (late) return breakOff(reply);
    for (const name of STALE_HEADERS) reply.removeHeader(name);
    removeStatusMessage(reply.raw);
    reply.code(status);
    reply.headers(headers);
    reply.send(text);
  };
}

/** Ends a response that has begun, so that the caller sees that it is not whole. Fastify would try to send a second one. */
function breakOff(reply: FastifyReplyLike): void {
  const { raw } = reply;
  reply.hijack();
  // Over HTTP/2, a destroyed response ends without an error.
  if (raw.stream) raw.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else raw.destroy();
}

/** Errors that Fastify finds in a request, and errors of `http-errors`, which its plugins throw. */
const errorsOfFastify: FrameworkErrors<ErrorForCaller> = {
  includes: isForCaller,
  toRichError,
  statusOf: ({ statusCode }) => statusCode,
};

interface ErrorForCaller extends Error {
  readonly statusCode: number;
  /** What ajv found. */
  readonly validation?: unknown;
}

function isForCaller(thrown: unknown): thrown is ErrorForCaller {
  if (!(thrown instanceof Error)) return false;
  const { code, statusCode, expose } = thrown as { code?: unknown; statusCode?: unknown; expose?: unknown };
  const isOfFastify = typeof code === "string" && code.startsWith("FST_") && Number(statusCode) < 500;
  return isErrorStatus(statusCode) && (isOfFastify || expose === true);
}

function toRichError(error: ErrorForCaller): RichError {
  const errorDetails = new StandardDetails();
  const findings: readonly unknown[] = Array.isArray(error.validation) ? error.validation : [];
  for (const finding of findings.filter(isObject)) {
    const { instancePath, message } = finding as { instancePath?: unknown; message?: unknown };
    errorDetails.addFieldViolation(fieldOf(instancePath), typeof message === "string" ? message : error.message);
  }
  return new RichError(codeOfApplication(error.statusCode), error.message, { cause: error, errorDetails });
}

/** Returns the JSON pointer of ajv as BadRequest spells a path: `items.3.count`. */
function fieldOf(instancePath: unknown): string {
  return typeof instancePath === "string" ? instancePath.replace(/^\//, "").replaceAll("/", ".") : "";
}

function logFailure({ masked, requestId, error }: FailedRequest, { log }: FastifyRequestLike): void {
  if (masked) log.error({ err: error, requestId }, "the request failed with an error that is masked");
}

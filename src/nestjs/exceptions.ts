import { HttpException } from "@nestjs/common";
import { Code, isCode } from "../code.js";
import { StandardDetails } from "../detail/collected-details.js";
import { codeOfApplication } from "../http/headers.js";
import type { ErrorMapping } from "../masking/error-map.js";
import { isError, isObject, isPlain } from "../platform/values.js";
import { warnOnce } from "../platform/warnings.js";
import { RichError } from "../rich-error.js";

/** Nest's `RpcException`, or the `GrpcException` of Nest 12. */
export interface RpcExceptionLike extends Error {
  getError(): string | object;
}

/** Checks whether a value is a `RpcException` or a `GrpcException`, from any copy of `@nestjs/microservices`. */
export function isRpcException(thrown: unknown): thrown is RpcExceptionLike {
  return isError(thrown) && "getError" in thrown && typeof thrown.getError === "function";
}

/**
 * Returns what a `RpcException` stands for: the error in it, or a plain status.
 *
 * A text becomes `UNKNOWN`, as in Nest. An object that is no error keeps its `code`, its `details` or `message`, and
 * its `metadata`.
 */
export function contentOf(exception: RpcExceptionLike): unknown {
  const content: unknown = exception.getError();
  if (isError(content)) return content === exception ? { code: Code.UNKNOWN, details: exception.message } : content;
  const { code, details, metadata } = Object(content) as Readonly<Record<string, unknown>>;
  return {
    code: isCode(code) ? code : Code.UNKNOWN,
    details: typeof details === "string" ? details : exception.message,
    ...(metadata !== undefined && { metadata }),
  };
}

/** Entries of an error map for the exceptions of Nest. */
export const nestExceptions: readonly [ErrorMapping<HttpException>, ErrorMapping<object>] = [
  // A predicate, because a class would forbid users to map the same class themselves.
  [(thrown): thrown is HttpException => thrown instanceof HttpException, fromHttpException],
  [isOfDefaultFilter, refuseDefaultFilter],
];

/** The code follows from the HTTP status. A list of messages, as `ValidationPipe` throws it, becomes a BadRequest. */
function fromHttpException(exception: HttpException): RichError {
  const response = exception.getResponse();
  const message: unknown = isObject(response) && "message" in response ? response.message : response;
  const messages = Array.isArray(message) ? message.map(String) : [];
  const errorDetails = new StandardDetails();
  for (const description of messages) errorDetails.addFieldViolation("", description);
  const text = messages.length > 0 ? messages.join("; ") : message;
  const options = { errorDetails, cause: exception };
  return new RichError(
    codeOfApplication(exception.getStatus()),
    typeof text === "string" ? text : exception.message,
    options,
  );
}

/** Checks whether a value is what Nest's own filter makes of an exception: `{ status: "error", message }`. */
function isOfDefaultFilter(thrown: unknown): thrown is object {
  if (!isObject(thrown) || !isPlain(thrown) || !("status" in thrown && "message" in thrown)) return false;
  return thrown.status === "error" && typeof thrown.message === "string" && Object.keys(thrown).length === 2;
}

/** @throws Error always, so that the error is masked and `onError` gets the reason as a problem */
function refuseDefaultFilter(): never {
  const instead =
    "add richErrorFilter() to the providers of the module, and in a hybrid application { inheritAppConfig: true } to connectMicroservice";
  const text = `Nest's own exception filter replaced the error of a handler; ${instead}`;
  warnOnce("GRPC_RICH_ERRORS_NO_FILTER", text);
  throw new Error(text);
}

import { Code, isCode } from "../code.js";
import { FROM_PROXY, NO_RESPONSE, UNKNOWN_ORIGIN } from "../error/origin.js";
import type { OriginFacts } from "../error-content.js";
import { type AddIssue, quoted } from "./parsed-body.js";

/** The headers of a response: the `Headers` of `fetch`, a Map, or an object as in Node. */
export type HeadersLike = { get(name: string): unknown } | Readonly<Record<string, unknown>>;

/**
 * Returns the first value of a header, or `undefined` if there is none. Never throws.
 *
 * @param name in lower case
 */
export function headerOf(headers: HeadersLike, name: string): string | undefined {
  try {
    const value = typeof headers["get"] === "function" ? headers["get"](name) : entryOf(headers, name);
    const [first] = Array.isArray(value) ? value : [value];
    return typeof first === "string" || typeof first === "number" ? String(first) : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(headers: object, name: string): unknown {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Returns the code in the header `grpc-status`, which gateways keep even if they replace or drop the body. */
export function grpcStatusIn(headers: HeadersLike, addIssue: AddIssue): Code | undefined {
  const value = headerOf(headers, "grpc-status");
  if (value === undefined) return undefined;
  const code = /^\d{1,2}$/.test(value) ? Number(value) : undefined;
  if (isCode(code)) return code;
  addIssue("invalid-code", `the header grpc-status is ${quoted(value)}, which is not the status code of an error`);
  return undefined;
}

/** Returns the message in the header `grpc-message`. It stays percent-encoded if an escape in it is broken. */
export function grpcMessageIn(headers: HeadersLike): string | undefined {
  const value = headerOf(headers, "grpc-message");
  if (!value) return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/**
 * Returns a delay as the header `Retry-After`: in whole seconds, rounded up.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function toRetryAfter(ms: number): string {
  return String(Math.ceil(ms / 1000));
}

/** Returns the delay in a header `Retry-After` in milliseconds, or `undefined` if it is malformed. */
export function fromRetryAfter(header: string): number | undefined {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!DATE.test(text)) return undefined;
  // The asctime format, the third that HTTP allows, does not name its time zone GMT.
  const date = Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(date - Date.now(), 0);
}

/** `Date.parse` accepts almost any text. A date in HTTP begins with the day of the week. */
const DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [\w :-]{16,30}$/;

const OF_APPLICATION: ReadonlyMap<number, Code> = new Map([
  [400, Code.INVALID_ARGUMENT],
  [401, Code.UNAUTHENTICATED],
  [403, Code.PERMISSION_DENIED],
  [404, Code.NOT_FOUND],
  [405, Code.UNIMPLEMENTED],
  [408, Code.DEADLINE_EXCEEDED],
  [409, Code.ABORTED],
  [410, Code.NOT_FOUND],
  [412, Code.FAILED_PRECONDITION],
  [413, Code.RESOURCE_EXHAUSTED],
  [416, Code.OUT_OF_RANGE],
  [429, Code.RESOURCE_EXHAUSTED],
  [499, Code.CANCELLED],
  [500, Code.INTERNAL],
  [501, Code.UNIMPLEMENTED],
  [502, Code.UNAVAILABLE],
  [503, Code.UNAVAILABLE],
  [504, Code.DEADLINE_EXCEEDED],
]);

/**
 * Returns the gRPC status code for an HTTP status that an application sent.
 *
 * - An HTTP status in `google/rpc/code.proto` has a code that maps to it. If there are
 *   several, it has the one that Google's own clients choose.
 * - Any other status counts as 400 or 500, as RFC 9110 requires.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15
 */
export function codeOfApplication(httpStatus: number): Code {
  const code = OF_APPLICATION.get(httpStatus);
  if (code !== undefined) return code;
  if (httpStatus >= 400 && httpStatus < 500) return Code.INVALID_ARGUMENT;
  return httpStatus >= 500 && httpStatus < 600 ? Code.INTERNAL : Code.UNKNOWN;
}

const OF_PROXY: ReadonlyMap<number, Code> = new Map([
  [400, Code.INTERNAL],
  [401, Code.UNAUTHENTICATED],
  [403, Code.PERMISSION_DENIED],
  [404, Code.UNIMPLEMENTED],
  [429, Code.UNAVAILABLE],
  [502, Code.UNAVAILABLE],
  [503, Code.UNAVAILABLE],
  [504, Code.UNAVAILABLE],
]);

/**
 * Returns the gRPC status code for an HTTP status that a proxy sent.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
 */
export function codeOfProxy(httpStatus: number): Code {
  return OF_PROXY.get(httpStatus) ?? Code.UNKNOWN;
}

/** Checks whether a value is the HTTP status of an error, from 400 to 599. */
export function isErrorStatus(httpStatus: unknown): httpStatus is number {
  return typeof httpStatus === "number" && Number.isInteger(httpStatus) && httpStatus >= 400 && httpStatus <= 599;
}

/** Returns the origin of a response that holds no error, as far as it shows. */
export function originOfHttpStatus(httpStatus: number, isHtml: boolean): OriginFacts {
  if (GATEWAYS.has(httpStatus)) return { ...NO_RESPONSE, kind: "api" };
  // An HTML page with a success status is a proxy's, such as a login page.
  return isHtml && !isErrorStatus(httpStatus) ? FROM_PROXY : UNKNOWN_ORIGIN;
}

/** The statuses of a proxy that got no response itself. */
const GATEWAYS: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Checks whether a header `Accept` prefers `application/problem+json` to `application/json`. A type with wildcards
 * prefers neither.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.accept
 */
export function prefersProblem(accept: string): boolean {
  const problem = qualityOf("application/problem+json", accept);
  return problem > 0 && problem >= qualityOf("application/json", accept);
}

/** Returns the weight of a media type in a header `Accept`, from 0 to 1. It is 0 for a type that is not listed. */
function qualityOf(type: string, accept: string): number {
  for (const range of accept.toLowerCase().split(",")) {
    const [name = "", ...parameters] = range.split(";").map((part) => part.trim());
    if (name !== type) continue;
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return quality >= 0 && quality <= 1 ? quality : 0;
  }
  return 0;
}

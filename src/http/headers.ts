import { Code, isCode } from "../code.js";
import type { OriginFacts } from "../content.js";
import { FROM_PROXY, NO_RESPONSE, UNKNOWN_ORIGIN } from "../error/origin.js";
import { type Complain, quoted } from "./parsed-body.js";

/** Headers as `fetch`, Node or a client for HTTP has them. */
export type HeadersLike = { get(name: string): unknown } | Readonly<Record<string, unknown>>;

/** The first value of a header, whose name is given in lower case; none if there is none. Never throws. */
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

/** The status code in the header `grpc-status`, as gateways leave it beside a body of their own or none. */
export function grpcStatusIn(headers: HeadersLike, complain: Complain): Code | undefined {
  const value = headerOf(headers, "grpc-status");
  if (value === undefined) return undefined;
  const code = /^\d{1,2}$/.test(value) ? Number(value) : undefined;
  if (isCode(code)) return code;
  complain("invalid-code", `the header grpc-status is ${quoted(value)}, which is not the status code of an error`);
  return undefined;
}

/** The message in the header `grpc-message`; not decoded where an escape in it is broken. */
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
 * A delay in milliseconds as the header `Retry-After` has it: in whole seconds, none too few.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function toRetryAfter(ms: number): string {
  return String(Math.ceil(ms / 1000));
}

/** The delay in a header `Retry-After`, in milliseconds; none if it tells no time. */
export function fromRetryAfter(header: string): number | undefined {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!DATE.test(text)) return undefined;
  // The third of the formats that HTTP knows leaves out that the time is GMT.
  const date = Date.parse(text.endsWith(" GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(date - Date.now(), 0);
}

/** `Date.parse` takes almost anything for a date; one of HTTP begins with the day of the week. */
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
 * The gRPC status code that an application means by an HTTP status.
 *
 * - Each HTTP status that `google/rpc/code.proto` names has a code that is sent with it. Of several, it is the one that
 *   Google's own clients take.
 * - An unknown status counts as 400 or 500, as RFC 9110 has it.
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
 * The gRPC status code of an HTTP status that a proxy answered with.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
 */
export function codeOfProxy(httpStatus: number): Code {
  return OF_PROXY.get(httpStatus) ?? Code.UNKNOWN;
}

/** Tells whether an HTTP status is that of an error. */
export function isErrorStatus(httpStatus: unknown): httpStatus is number {
  return typeof httpStatus === "number" && Number.isInteger(httpStatus) && httpStatus >= 400 && httpStatus <= 599;
}

/** Who made an answer that tells no error, as far as its HTTP status and its body tell. */
export function originOfHttpStatus(httpStatus: number, isHtml: boolean): OriginFacts {
  if (GATEWAYS.has(httpStatus)) return { ...NO_RESPONSE, kind: "api" };
  // No application that answers errors sends a page as a success. A login page of a proxy comes so.
  return isHtml && !isErrorStatus(httpStatus) ? FROM_PROXY : UNKNOWN_ORIGIN;
}

/** What a proxy answers that got no answer itself. */
const GATEWAYS: ReadonlySet<number> = new Set([502, 503, 504]);

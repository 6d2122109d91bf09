import { Code } from "../code.js";
import type { Source } from "../content.js";
import { ANSWERED_BY_PROXY, NO_ANSWER, UNTOLD } from "../error/origin.js";

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
export function sourceOfStatus(httpStatus: number, isHtml: boolean): Source {
  if (GATEWAYS.has(httpStatus)) return { ...NO_ANSWER, kind: "api" };
  // No application that answers errors sends a page as a success. A login page of a proxy comes so.
  return isHtml && !isErrorStatus(httpStatus) ? ANSWERED_BY_PROXY : UNTOLD;
}

/** What a proxy answers that got no answer itself. */
const GATEWAYS: ReadonlySet<number> = new Set([502, 503, 504]);

import { Code } from "../code.js";
import { NO_ANSWER, UNTOLD } from "../origin.js";
import type { Source } from "../source.js";

const CODES: ReadonlyMap<number, Code> = new Map([
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
 * The gRPC status code of an HTTP answer that says none.
 *
 * It is a guess: several codes have the same HTTP status.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
 */
export function codeOfStatus(httpStatus: number): Code {
  return CODES.get(httpStatus) ?? Code.UNKNOWN;
}

/** Who made an answer that tells no error, as far as its HTTP status tells. */
export function sourceOfStatus(httpStatus: number): Source {
  return GATEWAYS.has(httpStatus) ? { ...NO_ANSWER, kind: "api" } : UNTOLD;
}

/** What a proxy answers that got no answer itself. */
const GATEWAYS: ReadonlySet<number> = new Set([502, 503, 504]);

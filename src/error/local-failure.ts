import { Code } from "../code.js";
import type { OriginFacts } from "../content.js";
import { thrownText } from "../platform/values.js";
import { CANCELLED_BY_CLIENT, CIRCUIT_OPEN, NO_RESPONSE, NOT_SENT, TOO_LATE } from "./origin.js";

/** What is known of a failure that no server answered. */
export interface LocalFailure {
  readonly code: Code;
  readonly message: string;
  readonly originFacts: OriginFacts;
}

/**
 * Recognises what was caught where no server answered, and grpc-js had no part in it:
 *
 * - a network failure of Node's, of `fetch` or of undici is `UNAVAILABLE`;
 * - a `TimeoutError`, as `AbortSignal.timeout` makes it, is `DEADLINE_EXCEEDED`,
 *   any other `AbortError` is `CANCELLED`;
 * - an open circuit breaker of cockatiel's or opossum's is `UNAVAILABLE`.
 *
 * Never throws.
 */
export function readLocalFailure(value: unknown): LocalFailure | undefined {
  try {
    return value instanceof Error ? read(value) : undefined;
  } catch {
    // A getter of what was thrown threw in its turn.
    return undefined;
  }
}

function read(error: Error): LocalFailure | undefined {
  const message = thrownText(error);
  if (isOpenCircuit(error)) return { code: Code.UNAVAILABLE, message, originFacts: CIRCUIT_OPEN };
  if (error.name === "TimeoutError") return { code: Code.DEADLINE_EXCEEDED, message, originFacts: TOO_LATE };
  if (error.name === "AbortError") return { code: Code.CANCELLED, message, originFacts: CANCELLED_BY_CLIENT };
  const originFacts = networkFailureOf(error);
  if (originFacts) return { code: Code.UNAVAILABLE, message: textOf(error), originFacts };
  if (!(error instanceof TypeError)) return undefined;
  // What fetch throws says little itself, and has its reason as cause.
  const { cause } = error;
  if (cause === undefined) {
    return BROWSERS.has(error.message)
      ? { code: Code.UNAVAILABLE, message: error.message, originFacts: NO_RESPONSE }
      : undefined;
  }
  const behind = cause instanceof Error ? networkFailureOf(cause) : undefined;
  return behind && { code: Code.UNAVAILABLE, message: `${error.message}: ${textOf(cause)}`, originFacts: behind };
}

/** cockatiel marks its errors with a field each, opossum by a code. */
function isOpenCircuit(error: Error): boolean {
  return "isBrokenCircuitError" in error || codeOf(error) === "EOPENBREAKER";
}

function networkFailureOf(error: Error): OriginFacts | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  // Before there is a connection, nothing is sent.
  if ("syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo")) return NOT_SENT;
  if (BEFORE_CONNECTION.test(code)) return NOT_SENT;
  return AFTER_CONNECTION.test(code) ? NO_RESPONSE : undefined;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Where several addresses were tried in vain, Node says so with an empty message. */
function textOf(error: unknown): string {
  return thrownText(error) || (codeOf(error) ?? "no connection");
}

/** Codes of Node, of OpenSSL and of undici. */
const BEFORE_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EPROTO|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|ERR_SSL|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_\w+)$/;
const AFTER_CONNECTION =
  /^(ECONNRESET|ECONNABORTED|ENETRESET|EPIPE|ETIMEDOUT|HPE_\w+|UND_ERR_(SOCKET|CLOSED|DESTROYED|HEADERS_TIMEOUT|BODY_TIMEOUT)|ERR_HTTP2_(STREAM|SESSION)_ERROR|ERR_HTTP2_GOAWAY_SESSION)$/;

/** What fetch says in browsers, where it gives no cause. */
const BROWSERS: ReadonlySet<string> = new Set([
  "Failed to fetch",
  "NetworkError when attempting to fetch resource.",
  "Load failed",
]);

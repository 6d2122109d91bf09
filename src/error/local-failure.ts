import { Code } from "../code.js";
import type { OriginFacts } from "../error-content.js";
import { thrownText } from "../platform/values.js";
import { CANCELLED_BY_CLIENT, CIRCUIT_OPEN, NO_RESPONSE, NOT_SENT, REJECTED_BY_CLIENT, TIMED_OUT } from "./origin.js";

/** A failure that no server responded to, and that grpc-js had no part in. */
interface LocalFailure {
  readonly code: Code;
  readonly message: string;
  readonly originFacts: OriginFacts;
}

/**
 * Reads a caught value as a local failure that grpc-js had no part in:
 *
 * - A network failure of Node, `fetch` or undici is `UNAVAILABLE`.
 * - A `TimeoutError`, which `AbortSignal.timeout` makes, is `DEADLINE_EXCEEDED`. Any other `AbortError` is `CANCELLED`.
 * - The error of an open circuit breaker of cockatiel or opossum is `UNAVAILABLE`.
 * - The error of a full bulkhead of cockatiel is `RESOURCE_EXHAUSTED`.
 *
 * Returns `undefined` for any other value. Never throws.
 */
export function readLocalFailure(value: unknown): LocalFailure | undefined {
  try {
    return value instanceof Error ? readError(value) : undefined;
  } catch {
    // A getter of the value may throw.
    return undefined;
  }
}

function readError(error: Error): LocalFailure | undefined {
  const message = thrownText(error);
  if (isOpenCircuit(error)) return { code: Code.UNAVAILABLE, message, originFacts: CIRCUIT_OPEN };
  if ("isBulkheadRejectedError" in error) {
    return { code: Code.RESOURCE_EXHAUSTED, message, originFacts: REJECTED_BY_CLIENT };
  }
  if (error.name === "TimeoutError") return { code: Code.DEADLINE_EXCEEDED, message, originFacts: TIMED_OUT };
  if (error.name === "AbortError") return { code: Code.CANCELLED, message, originFacts: CANCELLED_BY_CLIENT };
  const originFacts = networkFailureOf(error);
  if (originFacts) return { code: Code.UNAVAILABLE, message: failureText(error), originFacts };
  return error instanceof TypeError ? readFetchError(error) : undefined;
}

/** The message of fetch's TypeError says little. The failure is in its cause, which browsers do not give. */
function readFetchError({ message, cause }: TypeError): LocalFailure | undefined {
  if (cause === undefined) {
    return BROWSER_MESSAGES.has(message) ? { code: Code.UNAVAILABLE, message, originFacts: NO_RESPONSE } : undefined;
  }
  if (!(cause instanceof Error)) return undefined;
  const originFacts = networkFailureOf(cause);
  return originFacts && { code: Code.UNAVAILABLE, message: `${message}: ${failureText(cause)}`, originFacts };
}

/** cockatiel marks its errors with a field, opossum with a code. */
function isOpenCircuit(error: Error): boolean {
  return "isBrokenCircuitError" in error || codeOf(error) === "EOPENBREAKER";
}

function networkFailureOf(error: Error): OriginFacts | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const isConnecting = "syscall" in error && (error.syscall === "connect" || error.syscall === "getaddrinfo");
  if (isConnecting || BEFORE_CONNECTION.test(code)) return NOT_SENT;
  return AFTER_CONNECTION.test(code) ? NO_RESPONSE : undefined;
}

function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** If all addresses of a host fail, Node's error has a code and an empty message. */
function failureText(error: Error): string {
  return thrownText(error) || (codeOf(error) ?? "no connection");
}

/** Codes of Node, OpenSSL and undici. */
const BEFORE_CONNECTION =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EPROTO|UND_ERR_CONNECT_TIMEOUT|(ERR_TLS|ERR_SSL|CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)_\w+)$/;
const AFTER_CONNECTION =
  /^(ECONNRESET|ECONNABORTED|ENETRESET|EPIPE|ETIMEDOUT|HPE_\w+|UND_ERR_(SOCKET|CLOSED|DESTROYED|HEADERS_TIMEOUT|BODY_TIMEOUT)|ERR_HTTP2_(STREAM|SESSION)_ERROR|ERR_HTTP2_GOAWAY_SESSION)$/;

/** The messages of fetch in Chrome, Firefox and Safari. */
const BROWSER_MESSAGES: ReadonlySet<string> = new Set([
  "Failed to fetch",
  "NetworkError when attempting to fetch resource.",
  "Load failed",
]);

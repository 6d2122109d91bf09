import { Code } from "../code.js";
import { thrownText } from "../platform/values.js";
import { type LocalFailure, readNetworkFailure } from "./network-failure.js";
import { CANCELLED_BY_CLIENT, CIRCUIT_OPEN, NO_RESPONSE, REJECTED_BY_CLIENT, TIMED_OUT } from "./origin.js";

/**
 * Reads a caught value as a local failure for which grpc-js has no status:
 *
 * - A network failure of Node, `fetch` or undici is `UNAVAILABLE`.
 * - A `TimeoutError`, which `AbortSignal.timeout` makes, is `DEADLINE_EXCEEDED`. Any other `AbortError` is `CANCELLED`.
 * - The error of an open circuit breaker of cockatiel or opossum is `UNAVAILABLE`.
 * - The error of a full bulkhead of cockatiel is `RESOURCE_EXHAUSTED`.
 * - grpc-js's own error for a compressed response in an unknown encoding is `INTERNAL`.
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
  return readNetworkFailure(error) ?? (error instanceof TypeError ? readFetchError(error) : undefined);
}

/** A TypeError of fetch in a browser has one of these messages, and no cause. */
function readFetchError({ message, cause }: TypeError): LocalFailure | undefined {
  const isOfBrowser = cause === undefined && BROWSER_MESSAGES.has(message);
  return isOfBrowser ? { code: Code.UNAVAILABLE, message, originFacts: NO_RESPONSE } : undefined;
}

/** cockatiel marks its errors with a field, opossum with a code. */
function isOpenCircuit(error: Error): boolean {
  return "isBrokenCircuitError" in error || ("code" in error && error.code === "EOPENBREAKER");
}

/** The messages of fetch in Chrome, Firefox and Safari. */
const BROWSER_MESSAGES: ReadonlySet<string> = new Set([
  "Failed to fetch",
  "NetworkError when attempting to fetch resource.",
  "Load failed",
]);

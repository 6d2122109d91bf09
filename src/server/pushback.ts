import type { Definition, Outcome, Recovery } from "../definition.js";
import type { RichError } from "../rich-error.js";

/**
 * The trailer by which a server has a say in the retries that a client makes by
 * itself, without asking its caller.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
 */
export const PUSHBACK = "grpc-retry-pushback-ms";

/** To a client that retries by itself: do not. */
const NEVER = "-1";

/**
 * What a client that retries by itself is told with an error:
 *
 * - `-1`, not to, where the same request must not just be sent again: its
 *   declaration asks for anything else than `RETRY` and `BACK_OFF_AND_RETRY`, or
 *   says that the request took effect, or may have. A client that retries by
 *   itself cannot redirect, read again, or hold back what follows.
 * - else the delay of its RetryInfo, in milliseconds, rounded up;
 * - nothing if it has none: the client's own backoff counts.
 */
export function pushbackOf(error: RichError): string | undefined {
  const { definition, retryDelay } = error;
  if (definition && mustNotRepeat(definition)) return NEVER;
  return retryDelay === undefined ? undefined : String(Math.ceil(retryDelay));
}

function mustNotRepeat({ recovery, outcome }: Definition): boolean {
  return (recovery !== undefined && !REPEATS.has(recovery)) || (outcome !== undefined && APPLIED.has(outcome));
}

const REPEATS: ReadonlySet<Recovery> = new Set(["RETRY", "BACK_OFF_AND_RETRY"]);
const APPLIED: ReadonlySet<Outcome> = new Set(["MAYBE_APPLIED", "ALREADY_APPLIED"]);

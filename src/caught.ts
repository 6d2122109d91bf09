import { Code } from "./code.js";
import { thrownText } from "./thrown-text.js";

/** What can be said of a value that was caught, and that is no error of a call. */
export interface Caught {
  readonly code: Code;
  readonly message: string;
}

/**
 * Reads a value that was caught. Never throws.
 *
 * - An `AbortError` is `CANCELLED`.
 * - A `TimeoutError` is `DEADLINE_EXCEEDED`.
 * - Anything else is `UNKNOWN`.
 */
export function readCaught(value: unknown): Caught {
  const code = value instanceof Error ? ABORTS.get(value.name) : undefined;
  return { code: code ?? Code.UNKNOWN, message: thrownText(value) };
}

const ABORTS: ReadonlyMap<string, Code> = new Map([
  ["AbortError", Code.CANCELLED],
  ["TimeoutError", Code.DEADLINE_EXCEEDED],
]);

import { Code } from "../../code.js";
import { isError } from "../../platform/values.js";
import { RichError } from "../../rich-error.js";
import type { ErrorMapping } from "../error-map.js";

/**
 * What an abort becomes: `CANCELLED` if a signal was aborted, `DEADLINE_EXCEEDED`
 * if it was by `AbortSignal.timeout`.
 */
export const abortErrors: readonly [ErrorMapping<Error>, ErrorMapping<Error>] = [
  [isAbortError, (cause) => new RichError(Code.CANCELLED, "the operation was cancelled", { cause })],
  [isTimeoutError, (cause) => new RichError(Code.DEADLINE_EXCEEDED, "the operation took too long", { cause })],
];

/** Tells what is thrown when a signal is aborted, by Node or by the web's functions. */
export function isAbortError(thrown: unknown): thrown is Error {
  return isError(thrown) && thrown.name === "AbortError";
}

/** Tells what is thrown when the time of `AbortSignal.timeout` is over. */
export function isTimeoutError(thrown: unknown): thrown is Error {
  return isError(thrown) && thrown.name === "TimeoutError";
}

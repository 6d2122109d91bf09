import { isBranded } from "../instance-of.js";
import { attempt, causeOf, isError, isObject } from "../platform/values.js";
import type { RichError } from "../rich-error.js";

/** The number of errors that are logged: an error, its causes, and the errors in them. */
export const MAX_ERRORS = 9;

/** Checks whether a value is an error, or a RichError of any copy of this package. Never throws. */
export function isAnyError(value: unknown): value is Error {
  return attempt(() => isError(value)) ?? false;
}

/**
 * Checks whether a value, or an error in it, is the error of a call: a RichError, or an error of grpc-js. Loggers do not
 * know the details of the first, and print the metadata of the second, which may hold secrets. Also returns `true` for
 * an error that holds too many others to search. Never throws.
 */
export function holdsCallError(value: unknown): boolean {
  if (!isAnyError(value)) return false;
  const found = errorsIn(value);
  return found.length >= MOST_SEARCHED || found.some(isErrorOfCall);
}

/** Checks whether a value is a RichError or an error of grpc-js. Never throws. */
export function isErrorOfCall(value: unknown): boolean {
  return isBranded(value) || (isAnyError(value) && isOfGrpc(value));
}

/** Returns the first RichError of a value and the errors in it. Never throws. */
export function firstRichError(value: unknown): RichError | undefined {
  return isAnyError(value) ? (errorsIn(value).find(isBranded) as RichError | undefined) : undefined;
}

const MOST_SEARCHED = 1_000;

/** Returns an error, and those in it: its causes, those of an `AggregateError`, and those in its properties. */
function errorsIn(error: Error): readonly Error[] {
  const found = new Set([error]);
  // Iteration over a set includes elements that are added meanwhile, each once.
  for (const error of found) {
    for (const held of heldBy(error)) if (found.size < MOST_SEARCHED && isAnyError(held)) found.add(held);
  }
  return [...found];
}

function heldBy(error: Error): readonly unknown[] {
  const errors: unknown = attempt(() => (error as Partial<AggregateError>).errors);
  const listed: unknown[] = attempt(() => (Array.isArray(errors) ? errors.slice(0, MOST_SEARCHED) : [])) ?? [];
  return [causeOf(error), ...listed, ...(attempt(() => Object.values(error)) ?? [])];
}

/** Returns a status of grpc-js without its metadata. Returns an error, and any other value, as it is. Never throws. */
export function withoutMetadata(value: unknown): unknown {
  if (!isObject(value) || isAnyError(value)) return value;
  if (isMap(value)) return HIDDEN;
  return isOfGrpc(value) ? { ...value, metadata: HIDDEN } : value;
}

/** Stands for metadata. */
const HIDDEN = "[Metadata]";

/** Checks whether an error, or a status, has the metadata of grpc-js. Never throws. */
export function isOfGrpc(value: object): boolean {
  return isMap(attempt(() => Reflect.get(value, "metadata")));
}

/** Checks whether a value looks like metadata of any copy and any version of grpc-js. Never throws. */
function isMap(value: unknown): boolean {
  return attempt(() => isObject(value) && typeof Reflect.get(value, "getMap") === "function") ?? false;
}

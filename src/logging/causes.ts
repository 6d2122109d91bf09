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
 * Checks whether a value, or one of its causes, is the error of a call: a RichError, or an error of grpc-js. Loggers do not
 * know the details of the first, and print the metadata of the second, which may hold secrets. Never throws.
 */
export function holdsCallError(value: unknown): boolean {
  return chainOf(value).some(isErrorOfCall);
}

/** Checks whether a value is a RichError or an error of grpc-js. Never throws. */
export function isErrorOfCall(value: unknown): boolean {
  return isBranded(value) || (isAnyError(value) && isOfGrpc(value));
}

/** Returns the first RichError of a value and its causes. Never throws. */
export function firstRichError(value: unknown): RichError | undefined {
  return chainOf(value).find(isBranded) as RichError | undefined;
}

function chainOf(value: unknown): readonly Error[] {
  const chain: Error[] = [];
  for (let next = value; chain.length < MAX_ERRORS && isAnyError(next); next = causeOf(next)) chain.push(next);
  return chain;
}

/** Checks whether an error has the metadata of grpc-js. */
export function isOfGrpc(error: Error): boolean {
  return isMetadata(attempt(() => Reflect.get(error, "metadata")));
}

/** Checks whether a value is metadata of grpc-js, of any copy of it. Never throws. */
export function isMetadata(value: unknown): boolean {
  return attempt(() => isObject(value) && typeof Reflect.get(value, "getMap") === "function") ?? false;
}

import { AssertionError } from "node:assert";
import type { DetailCodec } from "../detail/detail.js";
import { RichError } from "../rich-error.js";
import type { DetailPattern } from "./difference.js";
import { type Checked, checkErrorDetail, checkReason, checkResolved, checkRichError } from "./expectation.js";
import { checkClass, isResponse, type Received, type RichErrorClass, readReceived, readResponse } from "./received.js";
import { rejectionOf } from "./rejection.js";

/**
 * Asserts that a value is an error of a class whose detail has the given fields, for `node:test` and any other test
 * runner. TypeScript then gives the value the type of the class:
 *
 * ```ts
 * assertRichError(error, StreamNotFoundError, { stream: "x" });
 * console.log(error.detail.stream);
 * ```
 *
 * The value must be an instance. For statuses, trailers and HTTP responses, use {@link readRichError}.
 *
 * @param expected by default, any RichError
 * @throws AssertionError that shows what differs
 */
export function assertRichError<E extends RichError = RichError>(
  error: unknown,
  expected?: RichErrorClass<E>,
  detail?: DetailPattern<E["detail"]>,
): asserts error is E {
  const wanted: RichErrorClass = expected === undefined ? RichError : expected;
  const received = readReceived(error, wanted);
  const checked = checkRichError(received, wanted, detail);
  assertThat(checked, assertRichError);
  if (received.error && !received.isItself) {
    const message = `expected an instance of ${wanted.name}, but the error is still packed; read it with readRichError`;
    throw failure(message, assertRichError);
  }
}

/**
 * Asserts that an error has a reason, in a domain if one is given. TypeScript then knows the reason of the error.
 *
 * @throws AssertionError that shows what differs
 */
export function assertReason<Reason extends string>(
  error: unknown,
  reason: Reason,
  domain?: string,
): asserts error is RichError<unknown, Reason> {
  assertRichError(error);
  assertThat(checkReason(readReceived(error, RichError), reason, domain), assertReason);
}

/**
 * Asserts that an error carries a message of a type with the given fields.
 *
 * @param codec the type, such as `BadRequest` of `grpc-rich-errors/details`
 * @throws AssertionError that shows what differs, or which details the error carries instead
 */
export function assertErrorDetail<T>(
  error: unknown,
  codec: DetailCodec<T>,
  fields?: DetailPattern<T>,
): asserts error is RichError {
  assertRichError(error);
  assertThat(checkErrorDetail(readReceived(error, RichError), codec, fields), assertErrorDetail);
}

/**
 * Asserts that a call fails with an error of a class whose detail has the given fields. Resolves to the error:
 *
 * ```ts
 * const error = await assertRejectsWithRichError(streams.read({ stream: "x" }), StreamNotFoundError);
 * assert.equal(error.detail.stream, "x");
 * ```
 *
 * @param call a promise, a stream or another iterable of responses, or a function that returns one of them
 * @param expected by default, any RichError
 * @throws AssertionError that shows what differs, or that the call succeeded
 */
export async function assertRejectsWithRichError<E extends RichError = RichError>(
  call: PromiseLike<unknown> | AsyncIterable<unknown> | (() => unknown),
  expected?: RichErrorClass<E>,
  detail?: DetailPattern<E["detail"]>,
): Promise<E> {
  const wanted: RichErrorClass = expected === undefined ? RichError : expected;
  checkClass(wanted);
  const end = await rejectionOf(call);
  if (!end.rejected) assertThat(checkResolved(wanted, end.value), assertRejectsWithRichError);
  return readRichError(end.value, expected, detail);
}

/**
 * Reads the error of a `Response` of `fetch`, and asserts that it is of a class and that its detail has the given fields.
 *
 * @throws AssertionError that shows what differs
 */
export function readRichError<E extends RichError = RichError>(
  response: Response,
  expected?: RichErrorClass<E>,
  detail?: DetailPattern<E["detail"]>,
): Promise<E>;
/**
 * Reads an error from whatever carries it, and asserts that it is of a class and that its detail has the given fields:
 *
 * ```ts
 * const error = readRichError(status.metadata, StreamNotFoundError);
 * assert.equal(error.detail.stream, "x");
 * ```
 *
 * @param value an error of any client library, a status of grpc-js, a `google.rpc.Status`, an HTTP response
 *   `{ status, headers, body }`, or a trailer as metadata, bytes or base64
 * @param expected the class, which also names the catalog to read with; by default, any RichError
 * @throws AssertionError that shows what differs, or the issues of what carries the error
 */
export function readRichError<E extends RichError = RichError>(
  value: unknown,
  expected?: RichErrorClass<E>,
  detail?: DetailPattern<E["detail"]>,
): E;
export function readRichError(value: unknown, expected: RichErrorClass = RichError, detail?: unknown): unknown {
  const take = (received: Received) => {
    assertThat(checkRichError(received, expected, detail), readRichError);
    return received.error;
  };
  return isResponse(value) ? readResponse(value, expected).then(take) : take(readReceived(value, expected));
}

function assertThat(checked: Checked, caller: (...args: never) => unknown): void {
  if (!checked.pass) throw failure(checked.message(), caller);
}

function failure(message: string, stackStartFn: (...args: never) => unknown): AssertionError {
  return new AssertionError({ message, stackStartFn });
}

import type { DetailCodec } from "../detail/detail.js";
import { isBytes } from "../platform/bytes.js";
import { RichError } from "../rich-error.js";
import { isEqual } from "./difference.js";
import {
  type Checked,
  checkErrorDetail,
  checkReason,
  checkResolved,
  checkRichError,
  type Style,
} from "./expectation.js";
import { checkClass, isResponse, type Received, type RichErrorClass, readReceived, readResponse } from "./received.js";
import { isCall, rejectionOf } from "./rejection.js";

/** The `this` of a matcher in Vitest and Jest. */
export interface MatcherContext {
  equals(a: unknown, b: unknown): boolean;
  /** Whether the test expects that the matcher does not pass. */
  readonly isNot?: boolean;
  readonly utils?: {
    /** Colors text that was expected. */
    EXPECTED_COLOR?(text: string): string;
    /** Colors text that was received. */
    RECEIVED_COLOR?(text: string): string;
  };
}

/** The result of a matcher in Vitest and Jest. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/**
 * The matcher `toBeRichError(class?, detail?)`. It passes if the value is an error of the class and its detail has the
 * given fields:
 *
 * ```ts
 * await expect(streams.read({ stream: "x" })).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
 * ```
 *
 * - By default, it accepts any error with any detail.
 * - The value may be a RichError, an error of grpc-js, grpc-web, Connect, nice-grpc, google-gax or protobuf-ts, a
 *   status of grpc-js, a `google.rpc.Status`, an HTTP response, or a trailer as metadata, bytes or base64.
 * - A promise, a stream or a function fails, with `not` as well: a call is not an error before it ends.
 * - Any value but a RichError must be free of issues, as `unpackTrailer` requires it.
 * - For a `Response` of `fetch`, the matcher is async. The test can still read the body.
 *
 * For Vitest, import `grpc-rich-errors/vitest`, and for Jest `grpc-rich-errors/jest`. For any other `expect` like
 * Jest's, call `expect.extend({ toBeRichError })`.
 */
export function toBeRichError(
  this: MatcherContext,
  received: unknown,
  expected: RichErrorClass = RichError,
  detail?: unknown,
): MatcherResult | Promise<MatcherResult> {
  return check(this, received, expected, (read) => checkRichError(read, expected, detail, styleOf(this)));
}

/**
 * The matcher `toHaveReason(reason, domain?)`. It passes if the value is an error with the reason, in the domain if one
 * is given. It accepts the same values as {@link toBeRichError}.
 */
export function toHaveReason(
  this: MatcherContext,
  received: unknown,
  reason: string,
  domain?: string,
): MatcherResult | Promise<MatcherResult> {
  return check(this, received, RichError, (read) => checkReason(read, reason, domain, styleOf(this)));
}

/**
 * The matcher `toHaveErrorDetail(codec, fields?)`. It passes if the value is an error that carries a message of the type
 * with the given fields:
 *
 * ```ts
 * expect(error).toHaveErrorDetail(BadRequest, { fieldViolations: [{ field: "name" }] });
 * ```
 *
 * It accepts the same values as {@link toBeRichError}.
 */
export function toHaveErrorDetail(
  this: MatcherContext,
  received: unknown,
  codec: DetailCodec<unknown>,
  fields?: unknown,
): MatcherResult | Promise<MatcherResult> {
  return check(this, received, RichError, (read) => checkErrorDetail(read, codec, fields, styleOf(this)));
}

/**
 * The matcher `toRejectWithRichError(class?, detail?)`, which is always async. It passes if a call fails with an error
 * of the class whose detail has the given fields:
 *
 * ```ts
 * await expect(streams.read({ stream: "x" })).toRejectWithRichError(StreamNotFoundError, { stream: "x" });
 * ```
 *
 * The value may be a promise, a stream or an iterable of responses, which the matcher reads to its end, or a function
 * that returns one of them.
 */
export async function toRejectWithRichError(
  this: MatcherContext,
  received: unknown,
  expected: RichErrorClass = RichError,
  detail?: unknown,
): Promise<MatcherResult> {
  checkClass(expected);
  const end = await rejectionOf(received);
  if (!end.rejected) return checkResolved(expected, end.value);
  return check(this, end.value, expected, (read) => checkRichError(read, expected, detail, styleOf(this)));
}

function check(
  { isNot = false }: MatcherContext,
  value: unknown,
  expected: RichErrorClass,
  checkRead: (read: Received) => Checked,
): MatcherResult | Promise<MatcherResult> {
  if (isResponse(value)) return readResponse(value, expected).then(checkRead);
  const checked = checkRead(readReceived(value, expected));
  // A call that has not ended yet proves nothing, so the matcher fails with and without `not`.
  return isCall(value) ? { pass: isNot, message: () => checked.message() } : checked;
}

function styleOf({ equals, utils }: MatcherContext): Style {
  return {
    // A test runner compares bytes one by one, which takes a minute for some megabytes.
    equals: (received, expected) => isEqual(received, expected) || (!isBytes(expected) && equals(received, expected)),
    colors: {
      expected: (line) => utils?.EXPECTED_COLOR?.(line) ?? line,
      received: (line) => utils?.RECEIVED_COLOR?.(line) ?? line,
    },
  };
}

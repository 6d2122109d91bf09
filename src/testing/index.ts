/**
 * Matchers, assertions and helpers for tests. For Vitest, import `grpc-rich-errors/vitest`, and for Jest
 * `grpc-rich-errors/jest`, which register the matchers.
 *
 * @packageDocumentation
 */
export {
  assertErrorDetail,
  assertReason,
  assertRejectsWithRichError,
  assertRichError,
  readRichError,
} from "./assertions.js";
export { configure, type TestingOptions } from "./configure.js";
export type { DetailPattern } from "./difference.js";
export { type Failing, type FailingOptions, failing } from "./failing.js";
export type { FailingRule, InjectedCall } from "./failing-rules.js";
export {
  type MatcherContext,
  type MatcherResult,
  toBeRichError,
  toHaveErrorDetail,
  toHaveReason,
  toRejectWithRichError,
} from "./matchers.js";
export type { MethodPattern } from "./method-pattern.js";
export type { RichErrorClass } from "./received.js";
export { type RecordedErrors, recordErrors } from "./record-errors.js";
export { richErrorSerializer, type SnapshotSerializer } from "./snapshot.js";
export {
  type ClientClass,
  type TestHandlers,
  type TestServer,
  type TestServerOptions,
  type TestServices,
  testServer,
} from "./test-server.js";
export { type Trailer, unpackTrailer } from "./unpack-trailer.js";

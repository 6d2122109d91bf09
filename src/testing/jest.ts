/**
 * Registers the matchers and the snapshot serializer of `grpc-rich-errors/testing` with Jest, and declares the types of
 * the matchers, for the global `expect` and for that of `@jest/globals`. Servers of `testServer` close at the end of
 * their test, and the rules of `failing` are verified there.
 *
 * @packageDocumentation
 */
import { afterAll, afterEach, beforeEach, expect } from "@jest/globals";
import type { DetailCodec } from "../detail/detail.js";
import type { RichError } from "../rich-error.js";
import type { DetailPattern } from "./difference.js";
import { toBeRichError, toHaveErrorDetail, toHaveReason, toRejectWithRichError } from "./matchers.js";
import type { RichErrorClass } from "./received.js";
import { richErrorSerializer } from "./snapshot.js";
import { runEnds, setTestEnd, type TestEnd } from "./test-end.js";

expect.extend({ toBeRichError, toHaveReason, toHaveErrorDetail, toRejectWithRichError });
expect.addSnapshotSerializer(richErrorSerializer);

const ofTest: TestEnd[] = [];
const ofFile: TestEnd[] = [];
let isInTest = false;
setTestEnd((end) => void (isInTest ? ofTest : ofFile).push(end));
beforeEach(() => {
  isInTest = true;
});
afterEach(() => {
  isInTest = false;
  return runEnds(ofTest);
});
afterAll(() => runEnds(ofFile));

interface RichErrorMatchers<R> {
  /** Passes if the value is an error of the class and its detail has the given fields. By default, any error passes. */
  toBeRichError<E extends RichError>(expected?: RichErrorClass<E>, detail?: DetailPattern<E["detail"]>): R;
  /** Passes if the value is an error with the reason, in the domain if one is given. */
  toHaveReason(reason: string, domain?: string): R;
  /** Passes if the value is an error that carries a message of the type with the given fields. */
  toHaveErrorDetail<T>(codec: DetailCodec<T>, fields?: DetailPattern<T>): R;
}

interface RichErrorCallMatchers {
  /** Passes if the call fails with an error of the class whose detail has the given fields. */
  toRejectWithRichError<E extends RichError>(
    expected?: RichErrorClass<E>,
    detail?: DetailPattern<E["detail"]>,
  ): Promise<void>;
}

/** `expect.toBeRichError(…)`, for a part of an expected value. */
type RichErrorPatterns = RichErrorMatchers<unknown>;

// `@jest/globals` takes its matchers from this package. `@types/jest` declares its own.
declare module "expect" {
  interface Matchers<R> extends RichErrorMatchers<R>, RichErrorCallMatchers {}
  interface AsymmetricMatchers extends RichErrorPatterns {}
}

declare global {
  namespace jest {
    /** The matchers of `expect(value)`. */
    interface Matchers<R> extends RichErrorMatchers<R>, RichErrorCallMatchers {}
    /** The patterns of `expect`. */
    interface Expect extends RichErrorPatterns {}
    /** The patterns of `expect.not`. */
    interface InverseAsymmetricMatchers extends RichErrorPatterns {}
  }
}

/**
 * Registers the matchers of `grpc-rich-errors/testing` with Jest and declares their types, for the global `expect` and for
 * that of `@jest/globals`.
 *
 * @packageDocumentation
 */
import { expect } from "@jest/globals";
import type { RichError } from "../rich-error.js";
import { type DetailPattern, type RichErrorClass, toBeRichError } from "./assertions.js";

expect.extend({ toBeRichError });

interface RichErrorMatchers<R> {
  /** Passes if the value is an error of the class and its detail has the given fields. By default, any RichError passes. */
  toBeRichError<E extends RichError>(expected?: RichErrorClass<E>, detail?: DetailPattern<E["detail"]>): R;
}

/** `expect.toBeRichError(…)`, for a part of an expected value. */
type RichErrorPatterns = RichErrorMatchers<unknown>;

// `@jest/globals` takes its matchers from this package. `@types/jest` declares its own.
declare module "expect" {
  interface Matchers<R> extends RichErrorMatchers<R> {}
  interface AsymmetricMatchers extends RichErrorPatterns {}
}

declare global {
  namespace jest {
    /** The matchers of `expect(value)`. */
    interface Matchers<R> extends RichErrorMatchers<R> {}
    /** The patterns of `expect`. */
    interface Expect extends RichErrorPatterns {}
    /** The patterns of `expect.not`. */
    interface InverseAsymmetricMatchers extends RichErrorPatterns {}
  }
}

/**
 * Registers the matchers of `grpc-rich-errors/testing` with Vitest and declares their types.
 *
 * @packageDocumentation
 */
import { expect } from "vitest";
import type { RichError } from "../rich-error.js";
import { type DetailPattern, type RichErrorClass, toBeRichError } from "./assertions.js";

expect.extend({ toBeRichError });

declare module "vitest" {
  // Without type parameters, because those of `Assertion` differ between versions of Vitest.
  interface Assertion {
    /** Passes if the value is an error of the class and its detail has the given fields. By default, any RichError passes. */
    toBeRichError<E extends RichError>(
      expected?: RichErrorClass<E>,
      detail?: DetailPattern<E["detail"]>,
    ): this extends Matcher<infer Result> ? Result : void;
  }

  interface AsymmetricMatchersContaining {
    /** Stands for an error of the class whose detail has the given fields. By default, it stands for any RichError. */
    toBeRichError<E extends RichError>(expected?: RichErrorClass<E>, detail?: DetailPattern<E["detail"]>): unknown;
  }
}

/** A matcher of Vitest 5 returns a promise after `rejects` and `resolves`. */
interface Matcher<Result> {
  toBe(expected: unknown): Result;
}

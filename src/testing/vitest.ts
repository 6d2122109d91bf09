/**
 * Registers the matchers and the snapshot serializer of `grpc-rich-errors/testing` with Vitest, and declares the types of
 * the matchers. Servers of `testServer` close at the end of their test, and the rules of `failing` are verified there.
 *
 * @packageDocumentation
 */
// In the declarations, this import stays. It loads Vitest's own types first: if a program imports this module before
// "vitest", TypeScript would otherwise merge the matchers with an `Assertion` that no `expect` returns.
import "vitest";
import { afterAll, expect, onTestFinished } from "vitest";
import type { DetailCodec } from "../detail/detail.js";
import type { RichError } from "../rich-error.js";
import type { DetailPattern } from "./difference.js";
import { toBeRichError, toHaveErrorDetail, toHaveReason, toRejectWithRichError } from "./matchers.js";
import type { RichErrorClass } from "./received.js";
import { richErrorSerializer } from "./snapshot.js";
import { runEnds, setTestEnd, type TestEnd } from "./test-end.js";

expect.extend({ toBeRichError, toHaveReason, toHaveErrorDetail, toRejectWithRichError });
expect.addSnapshotSerializer(richErrorSerializer);
const ofFile: TestEnd[] = [];
setTestEnd((end) => {
  try {
    onTestFinished(end);
  } catch {
    // Several tests share it, so it ends after all of them.
    ofFile.push(end);
  }
});
afterAll(() => runEnds(ofFile));

declare module "vitest" {
  // Without type parameters, because those of `Assertion` differ between versions of Vitest.
  interface Assertion {
    /** Passes if the value is an error of the class and its detail has the given fields. By default, any error passes. */
    toBeRichError<E extends RichError>(
      expected?: RichErrorClass<E>,
      detail?: DetailPattern<E["detail"]>,
    ): this extends Matcher<infer Result> ? Result : void;
    /** Passes if the value is an error with the reason, in the domain if one is given. */
    toHaveReason(reason: string, domain?: string): this extends Matcher<infer Result> ? Result : void;
    /** Passes if the value is an error that carries a message of the type with the given fields. */
    toHaveErrorDetail<T>(
      codec: DetailCodec<T>,
      fields?: DetailPattern<T>,
    ): this extends Matcher<infer Result> ? Result : void;
    /** Passes if the call fails with an error of the class whose detail has the given fields. */
    toRejectWithRichError<E extends RichError>(
      expected?: RichErrorClass<E>,
      detail?: DetailPattern<E["detail"]>,
    ): Promise<void>;
  }

  interface AsymmetricMatchersContaining {
    /** Stands for an error of the class whose detail has the given fields. By default, it stands for any error. */
    toBeRichError<E extends RichError>(expected?: RichErrorClass<E>, detail?: DetailPattern<E["detail"]>): unknown;
    /** Stands for an error with the reason, in the domain if one is given. */
    toHaveReason(reason: string, domain?: string): unknown;
    /** Stands for an error that carries a message of the type with the given fields. */
    toHaveErrorDetail<T>(codec: DetailCodec<T>, fields?: DetailPattern<T>): unknown;
  }
}

/** A matcher of Vitest 5 returns a promise after `rejects` and `resolves`. */
interface Matcher<Result> {
  toBe(expected: unknown): Result;
}

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
  // biome-ignore lint/suspicious/noExplicitAny: must repeat the type parameter as Vitest declares it.
  interface Matchers<T = any> {
    /** Passes if the value is an error of the class and its detail has the given fields. By default, any RichError passes. */
    toBeRichError<E extends RichError>(expected?: RichErrorClass<E>, detail?: DetailPattern<E["detail"]>): void;
  }
}

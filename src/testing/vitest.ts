/** Registers the matchers of `grpc-rich-errors/testing` with Vitest, and tells their types. */
import { expect } from "vitest";
import type { RichError } from "../rich-error.js";
import { type DetailPattern, type RichErrorClass, toBeRichError } from "./matcher.js";

expect.extend({ toBeRichError });

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: must repeat the type parameter as Vitest declares it.
  interface Matchers<T = any> {
    /** The value is an error of the class, and its detail has the given fields. */
    toBeRichError<E extends RichError>(expected?: RichErrorClass<E>, detail?: DetailPattern<E["detail"]>): void;
  }
}

/**
 * What is known of the errors that a client makes. Checked by `tsc -p .`, never run.
 */
import { Code, type Origin, RichError } from "grpc-rich-errors";
import {
  type AnyHapndError,
  HapndApiError,
  HapndCircuitOpenError,
  HapndError,
  type HapndFailure,
  HapndNetworkError,
} from "grpc-rich-errors/catalogs/hapnd";
import { KurrentNetworkError } from "grpc-rich-errors/catalogs/kurrent";
import { expectTypeOf } from "vitest";

/** The classes take the union apart, whichever comes first. */
export function explain(failure: HapndFailure): string {
  if (failure instanceof HapndNetworkError) {
    expectTypeOf(failure).toEqualTypeOf<HapndNetworkError>();
    expectTypeOf(failure.reason).toEqualTypeOf<undefined>();
    return "try later";
  }
  if (failure instanceof HapndCircuitOpenError) return "try much later";
  if (failure instanceof HapndError) {
    expectTypeOf(failure).toEqualTypeOf<AnyHapndError>();
    return failure.reason === "CONCURRENCY_CONFLICT" ? `is at ${failure.detail.actualVersion}` : failure.reason;
  }
  expectTypeOf(failure).toEqualTypeOf<HapndApiError>();
  expectTypeOf(failure.reason).toEqualTypeOf<string | undefined>();
  return failure.message;
}

/** A class that is forgotten is left over. */
export function forgetful(failure: HapndFailure): string {
  if (failure instanceof HapndError || failure instanceof HapndApiError) return failure.message;
  if (failure instanceof HapndNetworkError) return "";
  // @ts-expect-error An open circuit is left.
  return failure satisfies never;
}

/** The base class of the declared errors stays exhaustive: a client's own errors are no part of it. */
export function declared(err: unknown): void {
  if (err instanceof HapndError) expectTypeOf(err).toEqualTypeOf<AnyHapndError>();
}

/** Classes of two catalogs are two types, though they hold the same. */
export function apart(err: HapndNetworkError | KurrentNetworkError): void {
  if (err instanceof KurrentNetworkError) expectTypeOf(err).toEqualTypeOf<KurrentNetworkError>();
  else expectTypeOf(err).toEqualTypeOf<HapndNetworkError>();
}

new HapndNetworkError();
new HapndCircuitOpenError("the breaker of shard 3 is open", { cause: new Error() });
new HapndApiError(Code.NOT_FOUND, "no", { reason: "NO_SHARD", domain: "hapnd" });
// @ts-expect-error A network error has no reason: no server said one.
new HapndNetworkError("no", { reason: "NO_SHARD" });
// @ts-expect-error An API's error has a code.
new HapndApiError("no");
// @ts-expect-error What a call ended with is made by the package.
new RichError({ code: Code.NOT_FOUND, message: "no" });
// @ts-expect-error A plain error is none of the client's.
export const network: HapndNetworkError = new RichError(Code.UNAVAILABLE, "no");

expectTypeOf<RichError["origin"]>().toEqualTypeOf<Origin | undefined>();

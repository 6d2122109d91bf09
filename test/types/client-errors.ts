/**
 * The types of the errors that a client makes. Checked by `tsc -p .`, never run.
 */
import { Code, type Origin, RichError } from "grpc-rich-errors";
import { AerospikeApiError, type AnyAerospikeError, type ParamError } from "grpc-rich-errors/catalogs/aerospike";
import {
  type AnyHapndError,
  HapndApiError,
  HapndCircuitOpenError,
  HapndConcurrencyError,
  HapndError,
  type HapndFailure,
  HapndNetworkError,
} from "grpc-rich-errors/catalogs/hapnd";
import { KurrentNetworkError } from "grpc-rich-errors/catalogs/kurrent";
import { expectTypeOf } from "vitest";

/** The classes narrow the union, in any order. */
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

/** A class that is not handled remains in the union. */
export function forgetful(failure: HapndFailure): string {
  if (failure instanceof HapndError || failure instanceof HapndApiError) return failure.message;
  if (failure instanceof HapndNetworkError) return "";
  // @ts-expect-error An open circuit is not handled.
  return failure satisfies never;
}

/** The class of the API's errors narrows to declared and undeclared ones, whose reasons lead to their details. */
export function answered(failure: HapndFailure): bigint | undefined {
  if (failure instanceof HapndApiError) {
    expectTypeOf(failure).toEqualTypeOf<AnyHapndError | HapndApiError>();
    return failure instanceof HapndConcurrencyError ? failure.detail.actualVersion : undefined;
  }
  expectTypeOf(failure).toEqualTypeOf<HapndNetworkError | HapndCircuitOpenError>();
  return undefined;
}

/** An error that arises in the client is not one of the API. */
export function ofServer(err: AnyAerospikeError): void {
  if (err instanceof AerospikeApiError) expectTypeOf(err.reason).not.toEqualTypeOf<AnyAerospikeError["reason"]>();
  else expectTypeOf<ParamError>().toExtend<typeof err>();
}

/** The base class of the declared errors stays exhaustive: a client's own errors do not belong to it. */
export function declared(err: unknown): void {
  if (err instanceof HapndError) expectTypeOf(err).toEqualTypeOf<AnyHapndError>();
}

/** Classes of two catalogs are two types, though they have the same members. */
export function apart(err: HapndNetworkError | KurrentNetworkError): void {
  if (err instanceof KurrentNetworkError) expectTypeOf(err).toEqualTypeOf<KurrentNetworkError>();
  else expectTypeOf(err).toEqualTypeOf<HapndNetworkError>();
}

new HapndNetworkError();
new HapndCircuitOpenError("the breaker of shard 3 is open", { cause: new Error() });
new HapndApiError(Code.NOT_FOUND, "no", { reason: "NO_SHARD", domain: "hapnd" });
// @ts-expect-error A network error has no reason, because no server sent one.
new HapndNetworkError("no", { reason: "NO_SHARD" });
// @ts-expect-error An API error needs a code.
new HapndApiError("no");
// @ts-expect-error Only the package makes the error that a call ended with.
new RichError({ code: Code.NOT_FOUND, message: "no" });
// @ts-expect-error A plain error does not belong to the client's union.
export const network: HapndNetworkError = new RichError(Code.UNAVAILABLE, "no");

expectTypeOf<RichError["origin"]>().toEqualTypeOf<Origin | undefined>();

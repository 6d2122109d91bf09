import type { Metadata } from "@grpc/grpc-js";
import type { Failure } from "./boundary.js";
import type { Sealed } from "./seal.js";

interface Remembered {
  readonly failure: Failure;
  readonly sealed: Sealed;
}

/**
 * The failure that a status was made from, known by the identity of the status's
 * metadata, which grpc-js keeps from the handler to the last interceptor.
 */
const failures = new WeakMap<Metadata, Remembered>();

/** Ties a status to the failure that it was made from. */
export function remember(failure: Failure, sealed: Sealed): void {
  failures.set(sealed.status.metadata, { failure, sealed });
}

/** The failure that a status was made from; none if the status was not made by this package. */
export function recall(metadata: Metadata | null | undefined): Remembered | undefined {
  return metadata ? failures.get(metadata) : undefined;
}

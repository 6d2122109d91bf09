import type { Metadata } from "@grpc/grpc-js";
import type { PackedError } from "../trailer.js";

/**
 * A failure of a handler on its way through grpc-js, which hands interceptors a
 * code, a text and metadata, but not the error.
 */
export interface Failure {
  readonly thrown: unknown;
  /** The metadata that came with the call. */
  readonly incoming: Metadata;
}

/**
 * The failure that a status was made from, known by the identity of the status's
 * metadata, which grpc-js keeps from the handler to the last interceptor.
 */
const failures = new WeakMap<Metadata, Failure>();

/** Ties a status to the failure that it was made from. */
export function remember(status: PackedError, failure: Failure): void {
  failures.set(status.metadata, failure);
}

/** The failure that a status was made from; none if the status was not made by this package. */
export function recall(metadata: Metadata | null | undefined): Failure | undefined {
  return metadata ? failures.get(metadata) : undefined;
}

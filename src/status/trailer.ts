import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "../code.js";
import { attempt } from "../platform/values.js";
import type { StatusHead } from "./decode.js";
import { encodeStatus } from "./status.js";

/** The trailer that a `google.rpc.Status` travels in. */
export const TRAILER = "grpc-status-details-bin";

export function readCall(value: unknown): CallStatus | undefined {
  try {
    if (typeof value !== "object" || value === null || !("code" in value && "details" in value)) return undefined;
    const { code, details: message } = value;
    if (typeof code !== "number" || typeof message !== "string") return undefined;
    const metadata = "metadata" in value && isMetadata(value.metadata) ? value.metadata : undefined;
    // A status that is no number is NaN in grpc-js.
    if (!metadata && !Number.isInteger(code) && !Number.isNaN(code)) return undefined;
    return { code, message, metadata };
  } catch {
    // A getter of what was thrown threw in its turn.
    return undefined;
  }
}

/** Tells whether a value is metadata of grpc-js, by what it can do: there may be several copies of grpc-js. */
export function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== "object" || value === null) return false;
  return "get" in value && typeof value.get === "function" && "clone" in value && typeof value.clone === "function";
}

export function trailersOf(metadata: Metadata | undefined): readonly unknown[] {
  const values: unknown = attempt(() => metadata?.get(TRAILER));
  return Array.isArray(values) ? values : [];
}

/** The status of a call as grpc-js hands it over. */
export interface CallStatus extends StatusHead {
  readonly metadata?: Metadata | undefined;
}

/** An error as grpc-js sends it. */
export interface PackedError {
  readonly code: Code;
  readonly details: string;
  readonly metadata: Metadata;
}

/**
 * A status for grpc-js, with its details put among the given trailers.
 *
 * @param details packed already, one after the other as they stand in a status
 * @param metadata the trailers, which must be sendable
 */
export function packStatus<Trailers extends Metadata>(
  code: Code,
  message: string,
  details: Uint8Array,
  metadata: Trailers,
): PackedError & { readonly metadata: Trailers } {
  if (details.length > 0) {
    const bytes = encodeStatus(code, message, details);
    metadata.set(TRAILER, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } else {
    metadata.remove(TRAILER);
  }
  return { code, details: message, metadata };
}

import { Metadata } from "@grpc/grpc-js";
import type { Sample } from "../samples.js";

/** An error as a client of grpc-js receives it. */
export interface ReceivedError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Creates an error as grpc-js does from a status and a trailer. */
export function receivedError(code: number, details: string, packed: Uint8Array | string): ReceivedError {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", bytesOf(packed));
  return Object.assign(new Error(`${code} ${details}`), { code, details, metadata });
}

/** Returns the bytes of a trailer that is packed as bytes or base64. */
export function bytesOf(packed: Uint8Array | string): Buffer {
  return typeof packed === "string" ? Buffer.from(packed, "base64") : Buffer.from(packed);
}

/** Returns the trailer of an error, which grpc-js has decoded from base64. */
export function trailerOf({ metadata }: ReceivedError): Buffer {
  const [trailer] = metadata.get("grpc-status-details-bin");
  return trailer as Buffer;
}

/** A library, or hand-written code, that packs or reads errors with details. */
export interface Peer {
  readonly name: string;
  /** Creates an error of its own class from a sample, with details as its own messages. */
  make?(sample: Sample): unknown;
  /** Packs an error as bytes, or as base64 if the peer writes the header itself. */
  pack?(made: unknown): Uint8Array | string;
  /** Reads the reason. */
  reason?(received: ReceivedError): unknown;
  /** Reads the field violations, typed. */
  detail?(received: ReceivedError): unknown;
  /** Reads all details, typed. */
  all?(received: ReceivedError): unknown;
}

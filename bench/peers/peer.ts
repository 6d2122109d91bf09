import { Metadata } from "@grpc/grpc-js";
import type { Sample } from "../samples.js";

/** An error as grpc-js gives it to a client. */
export interface ReceivedError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** An error as grpc-js makes it of a status and a trailer. */
export function receivedError(code: number, details: string, packed: Uint8Array | string): ReceivedError {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", bytesOf(packed));
  return Object.assign(new Error(`${code} ${details}`), { code, details, metadata });
}

/** What was packed, in base64 or not. */
export function bytesOf(packed: Uint8Array | string): Buffer {
  return typeof packed === "string" ? Buffer.from(packed, "base64") : Buffer.from(packed);
}

/** The bytes that came with an error, which grpc-js has decoded from base64. */
export function trailerOf({ metadata }: ReceivedError): Buffer {
  const [trailer] = metadata.get("grpc-status-details-bin");
  return trailer as Buffer;
}

/** One way to send errors with details, and to read them. */
export interface Peer {
  readonly name: string;
  /** Makes an error of its own kind that says the sample, with all details as messages of its own. */
  make?(sample: Sample): unknown;
  /** The trailer of an error that was made; a text in base64 of what makes the header's value itself. */
  pack?(made: unknown): Uint8Array | string;
  /** The reason of an error, as soon as it can be had. */
  reason?(received: ReceivedError): unknown;
  /** The error's violations of fields, typed. */
  detail?(received: ReceivedError): unknown;
  /** All details of an error, typed. */
  all?(received: ReceivedError): unknown;
}

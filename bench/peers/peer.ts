import type { Metadata } from "@grpc/grpc-js";
import type { Facts } from "../facts.js";

/** An error as grpc-js gives it to a client. */
export interface GivenError extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** One way to send errors with details, and to read them. */
export interface Peer {
  readonly name: string;
  /** Makes an error of its own kind that says the facts, with all details as messages of its own. */
  make?(facts: Facts): unknown;
  /** The trailer of an error that was made. */
  pack?(made: unknown): Uint8Array;
  /** The reason of an error, as soon as it can be had. */
  reason?(given: GivenError): unknown;
  /** The error's violations of fields, typed. */
  detail?(given: GivenError): unknown;
  /** All details of an error, typed. */
  all?(given: GivenError): unknown;
}

import type { JsonObject } from "@bufbuild/protobuf";
import type { HeadersLike } from "../http/headers.js";
import type { Encoding } from "./encodings.js";

/**
 * The form in which an error stands in an input.
 *
 * - `status`: a `google.rpc.Status` itself, as bytes or encoded.
 * - `header`: `grpc-status-details-bin` with its name, as in a log, in the output of `grpcurl -v`, or in Postman.
 * - `grpcurl`: the end of grpcurl's output: `ERROR:`, `Code:`, `Message:`, `Details:`.
 * - `json`: a `google.rpc.Status` or an error of this package as JSON.
 * - `connect`: the JSON of a Connect error.
 * - `http`: an HTTP response, or the body of one.
 * - `text`: the text of an error in a log, which has no details.
 */
export type Form = "status" | "header" | "grpcurl" | "json" | "connect" | "http" | "text";

/** An error as it stands in an input, not yet interpreted. */
export interface FoundError {
  readonly form: Form;
  /** Where in the input it begins. */
  readonly at: number;
  readonly encoding?: Encoding;
  /** The code that stands beside the details. */
  readonly code?: number;
  /** The message that stands beside the details. */
  readonly message?: string;
  /** The bytes of the `google.rpc.Status`. */
  readonly trailer?: Uint8Array;
  /** The error as JSON, or as an HTTP response. */
  readonly response?: FoundResponse;
  /** What is wrong with the text, in words. */
  readonly damage?: readonly string[];
}

/** An HTTP response, or JSON that resembles the body of one. */
export interface FoundResponse {
  readonly status: number;
  readonly headers: HeadersLike;
  readonly body: string | JsonObject;
}

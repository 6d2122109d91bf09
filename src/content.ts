import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "./code.js";
import type { Definition, Origin, Outcome, Recovery } from "./definition.js";
import type { ErrorDetail, JsonDetail } from "./detail/detail.js";
import type { ErrorInfo } from "./detail/error-info.js";
import type { DetailReader } from "./detail/reader.js";
import type { ClientErrorKind } from "./identity.js";
import type { Issue } from "./issue.js";

/** What a RichError says: as it was made here, or as a call ended. */
export interface ErrorContent {
  /** A call ended with it. */
  readonly received: boolean;
  readonly code: Code;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  /** What the proto says of the error; none if no catalog knows it. */
  readonly definition: Definition | undefined;
  readonly metadata: Metadata | undefined;
  readonly info: ErrorInfo | undefined;
  /** What the error carries by its declaration. */
  readonly detail: unknown;
  readonly errorDetails: readonly ErrorDetail[];
  /** The same as bytes, one after the other as they stand in a status. */
  readonly packedDetails: Uint8Array;
  /** Details that came as JSON, and that could not be packed. */
  readonly jsonDetails: readonly JsonDetail[];
  readonly reader: DetailReader;
  /** Who made the error that a call ended with. */
  readonly originFacts: OriginFacts | undefined;
  /** What led to it, if anything did. */
  readonly caused: { readonly cause: unknown } | undefined;
  /** What is wrong with it. */
  readonly issues: readonly Issue[];
}

/** Tells the content of an error from what one may be made of. Never throws. */
export function isContent(value: object): value is ErrorContent {
  try {
    return "packedDetails" in value;
  } catch {
    return false;
  }
}

/** What is known of an error by who made it, where no catalog says more. */
export interface OriginFacts {
  /** Where the error arose; none if it cannot be told. */
  readonly origin?: Origin;
  /** Which error of the client it is; none if it is the doing of the client's own user. */
  readonly kind?: ClientErrorKind;
  readonly outcome?: Outcome;
  readonly recovery?: Recovery;
}

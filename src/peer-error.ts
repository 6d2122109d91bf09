import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "./code.js";
import type { Definition, Origin, Outcome, Recovery } from "./definition.js";
import type { ErrorDetail, JsonDetail } from "./detail.js";
import type { ErrorInfo } from "./error-info.js";
import type { ClientErrorKind } from "./identity.js";
import type { Issue } from "./issue.js";

/** What a call ended with: most often what a peer sent of an error, sorted but not decoded further than it must be. */
export interface PeerError {
  readonly code: Code;
  readonly message: string;
  readonly info: ErrorInfo | undefined;
  readonly errorDetails: readonly ErrorDetail[];
  /** What the proto says of the error; none if no catalog knows it. */
  readonly definition: Definition | undefined;
  readonly metadata: Metadata | undefined;
  /** Tells whether any error that is known here has a detail of a type. */
  readonly isKnownType: (typeName: string) => boolean;
  /** What is known to be wrong so far. Decoding a detail may add to it. */
  readonly issues: Issue[];
  /** Details that came as JSON, and that could not be packed. */
  readonly jsonDetails?: readonly JsonDetail[];
  /** Who made the error, where it is known. */
  readonly source?: Source;
  /** What was caught, where it is not the status of a call. */
  readonly cause?: unknown;
}

/** What is known of an error by who made it, where no catalog says more. */
export interface Source {
  /** Where the error arose; none if it cannot be told. */
  readonly origin?: Origin;
  /** Which error of the client it is; none if it is the doing of the client's own user. */
  readonly kind?: ClientErrorKind;
  readonly outcome?: Outcome;
  readonly recovery?: Recovery;
}

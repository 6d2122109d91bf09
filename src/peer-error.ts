import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "./code.js";
import type { Definition } from "./definition.js";
import type { ErrorDetail } from "./detail.js";
import type { ErrorInfo } from "./error-info.js";
import type { Issue } from "./issue.js";

/** What a peer sent of an error, sorted but not decoded further than it must be. */
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
}

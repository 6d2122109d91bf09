import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "./code.js";
import type { Definition, Fault, Origin, Outcome, Recovery } from "./definition.js";
import type { ErrorDetail, JsonDetail } from "./detail/detail.js";
import type { ErrorInfo } from "./detail/error-info.js";
import type { DetailReader } from "./detail/reader.js";
import type { ClientErrorKind } from "./instance-of.js";
import type { Issue } from "./issue.js";

/** The content of a RichError, thrown in this process or received from a peer. */
export interface ErrorContent {
  /** Whether the error ended a call. */
  readonly received: boolean;
  readonly code: Code;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  /** `undefined` if no catalog knows the error. */
  readonly definition: Definition | undefined;
  readonly metadata: Metadata | undefined;
  readonly info: ErrorInfo | undefined;
  /** The typed detail of a declared error. */
  readonly detail: unknown;
  readonly errorDetails: readonly ErrorDetail[];
  /** The same details as bytes, in the order of `Status.details`. */
  readonly packedDetails: Uint8Array;
  /** The JSON details of an HTTP body that could not be packed. */
  readonly jsonDetails: readonly JsonDetail[];
  readonly reader: DetailReader;
  /** The facts that follow from where a received error arose. */
  readonly originFacts: OriginFacts | undefined;
  /** The options for `Error`. `undefined` if the error has no cause. */
  readonly caused: { readonly cause: unknown } | undefined;
  readonly issues: readonly Issue[];
}

/** Checks whether an argument of RichError's constructor is the content of an error. Never throws. */
export function isContent(value: object): value is ErrorContent {
  try {
    return "packedDetails" in value;
  } catch {
    return false;
  }
}

/** Facts that follow from where an error arose. The declaration of an error takes precedence. */
export interface OriginFacts {
  /** `undefined` if the error may come from a server or from a proxy. */
  readonly origin?: Origin;
  /** The kind of client error. `undefined` if the caller's own code ended or prevented the call. */
  readonly kind?: ClientErrorKind;
  readonly outcome?: Outcome;
  readonly recovery?: Recovery;
  /** By default, this follows from the status code. */
  readonly fault?: Fault;
}

import type { Attributes } from "@opentelemetry/api";
import { Code, codeName } from "../code.js";
import type { RichError } from "../rich-error.js";

// The names of OpenTelemetry's semantic conventions 1.45 for RPC, which are stable.
// The names that begin with `rich_error.` are this package's own.

/** The side of a call. */
export type Side = "server" | "client";

/** The codes that the conventions call errors on a server. On a client, all codes but `OK` are. */
const SERVER_ERRORS: ReadonlySet<Code> = new Set([
  Code.UNKNOWN,
  Code.DEADLINE_EXCEEDED,
  Code.UNIMPLEMENTED,
  Code.INTERNAL,
  Code.UNAVAILABLE,
  Code.DATA_LOSS,
]);

/** Checks whether a failed call counts as an error on its side. */
export function isSpanError(side: Side, { code }: RichError): boolean {
  return side === "client" || SERVER_ERRORS.has(code);
}

/** Returns the attributes that the conventions define for a call. */
export function callAttributes(side: Side, method: string, error: RichError | undefined): Attributes {
  const status = error ? codeName(error.code) : "OK";
  return {
    "rpc.system.name": "grpc",
    "rpc.method": method.replace(/^\//, ""),
    "rpc.status_code": status,
    ...(error && isSpanError(side, error) && { "error.type": status }),
  };
}

/** Stands for a reason or domain that no catalog declares, so that the number of series stays bounded. */
const OTHER = "_OTHER";

/** A failure with the facts that its side knows about it. */
export interface Failure {
  readonly error: RichError;
  readonly masked?: boolean;
  readonly outsideContract?: boolean;
}

/**
 * Returns the attributes that tell failures apart, for metrics. All their values are declared or belong to a fixed set,
 * whatever a peer sends. None is a text of the error.
 */
export function errorAttributes(side: Side, { error, masked, outsideContract }: Failure): Attributes {
  const { definition, reason, origin } = error;
  return {
    ...(reason && {
      "rich_error.reason": definition?.reason ?? OTHER,
      "rich_error.domain": definition?.domain ?? OTHER,
    }),
    "rich_error.fault": error.fault,
    ...(side === "client" && origin && { "rich_error.origin": origin }),
    ...(masked && { "rich_error.masked": true }),
    ...(outsideContract && { "rich_error.outside_contract": true }),
  };
}

/** Returns the attributes for spans only: they follow from the others, or are useful only for a single call. */
export function spanAttributes({ error }: Failure): Attributes {
  const { recovery, outcome, retryDelay } = error;
  return {
    ...(recovery && { "rich_error.recovery": recovery }),
    ...(outcome && { "rich_error.outcome": outcome }),
    ...(retryDelay !== undefined && { "rich_error.retry_delay": retryDelay / 1000 }),
  };
}

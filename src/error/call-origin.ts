import type { ErrorContent, OriginFacts } from "../error-content.js";
import { reachedBy } from "../status/metadata.js";
import { localStatusOf } from "./local-statuses.js";
import { FROM_SERVER, UNKNOWN_ORIGIN } from "./origin.js";

/** The metadata that grpc-js adds to its own status after it has sent a call more than once. */
const PREVIOUS_ATTEMPTS = "grpc-previous-rpc-attempts";

/**
 * Returns the facts that follow from who made a received error:
 *
 * - An error with details comes from a server.
 * - An error with a text of grpc-js and without metadata is a local failure. A response has a content type
 *   at least, unless the server sent its headers before the status, which only the call knows ({@link reachedBy}).
 * - After retries of grpc-js, a local failure says nothing about the attempts before it.
 * - An HTTP status without a gRPC status comes from a proxy, and so does a text of Envoy.
 * - Any other error with metadata, even empty metadata, comes from a server.
 */
export function originOf({
  code,
  message,
  metadata,
  errorDetails,
}: Pick<ErrorContent, "code" | "message" | "metadata" | "errorDetails">): OriginFacts {
  if (errorDetails.length > 0) return FROM_SERVER;
  if (!metadata) return UNKNOWN_ORIGIN;
  const failure = localStatusOf(code, message);
  if (!failure) return FROM_SERVER;
  const { originFacts, anyMetadata } = failure;
  if (anyMetadata) return originFacts;
  const names = Object.keys(metadata.getMap());
  const reached = reachedBy(metadata);
  if (reached === "responded" || names.some((name) => name !== PREVIOUS_ATTEMPTS)) return FROM_SERVER;
  return names.length > 0 || reached ? { ...originFacts, outcome: "MAYBE_APPLIED" } : originFacts;
}

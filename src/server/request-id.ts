import type { Metadata } from "@grpc/grpc-js";

/**
 * The id of a call, for logs and for those who ask about an error:
 *
 * 1. the call's `x-request-id`, if it is one: 128 characters at most, none of which a log could stumble over;
 * 2. the trace id of its `traceparent`, if that is well-formed;
 * 3. a random UUID.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function requestIdOf(incoming: Pick<Metadata, "get"> | undefined): string {
  return givenId(incoming) ?? traceIdOf(incoming) ?? crypto.randomUUID();
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

function givenId(incoming: Pick<Metadata, "get"> | undefined): string | undefined {
  const [given] = incoming?.get("x-request-id") ?? [];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : undefined;
}

/** Version, trace id, parent id and flags. Versions to come may have more behind. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

function traceIdOf(incoming: Pick<Metadata, "get"> | undefined): string | undefined {
  const [given, another] = incoming?.get("traceparent") ?? [];
  // Two of them are as good as none.
  if (typeof given !== "string" || another !== undefined) return undefined;
  const [, version, traceId, more] = TRACEPARENT.exec(given) ?? [];
  return version === "00" && more !== undefined ? undefined : traceId;
}

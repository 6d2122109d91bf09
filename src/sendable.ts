import type { Metadata } from "@grpc/grpc-js";

/**
 * Takes away from trailers what cannot be sent with a status. What grpc-js and
 * Node are given of it makes them throw when nobody is there to catch that: the
 * client waits for its deadline, or the process ends.
 *
 * - What grpc-js would send in the place of its own: an error could end as a success.
 * - What belongs to a connection, or to a body, and has no place in HTTP/2.
 * - Of a name that may have one value, all but the first.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.2.2
 */
export function makeSendable(trailers: Metadata): void {
  for (const name of Object.keys(trailers.getMap())) {
    if (UNSENDABLE.has(name)) {
      trailers.remove(name);
    } else if (SINGLE.has(name)) {
      const [first, ...more] = trailers.get(name);
      if (first !== undefined && more.length > 0) trailers.set(name, first);
    }
  }
}

/**
 * The first name in the metadata of a request that HTTP/2 cannot send, if there is
 * one. grpc-js would connect again and again for such a request, and never end the call.
 */
export function findUnsendable(metadata: Metadata): string | undefined {
  return Object.keys(metadata.getMap()).find((name) => {
    if (REPLACED.has(name)) return false;
    return UNSENDABLE.has(name) || (SINGLE.has(name) && metadata.get(name).length > 1);
  });
}

/** Names that grpc-js gives a value of its own in a request, or that mean nothing there. */
const REPLACED: ReadonlySet<string> = new Set(["grpc-status", "grpc-message", "content-type", "te", "user-agent"]);

const UNSENDABLE: ReadonlySet<string> = new Set([
  "grpc-status",
  "grpc-message",
  "content-type",
  "content-length",
  "connection",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Where Node refuses a second value. */
const SINGLE: ReadonlySet<string> = new Set([
  "access-control-allow-credentials",
  "access-control-max-age",
  "access-control-request-method",
  "age",
  "authorization",
  "content-encoding",
  "content-language",
  "content-location",
  "content-md5",
  "content-range",
  "date",
  "dnt",
  "etag",
  "expires",
  "from",
  "host",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "range",
  "referer",
  "retry-after",
  "tk",
  "upgrade-insecure-requests",
  "user-agent",
  "x-content-type-options",
]);

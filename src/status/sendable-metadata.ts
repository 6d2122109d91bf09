import { Metadata } from "@grpc/grpc-js";
import { warnOnce } from "../platform/warnings.js";
import { isMetadata } from "./metadata.js";

/** Metadata that HTTP/2 can send. */
export interface Sendable {
  /** The given metadata if all of it can be sent. Otherwise, a copy without the other fields. */
  readonly metadata: Metadata;
  /** One sentence for each of the first fields that are left out. Contains names of fields, never values. */
  readonly problems: readonly string[];
}

/**
 * Removes from initial metadata or trailers what HTTP/2 cannot send. grpc-js and Node throw for some fields where
 * nobody catches it: the client waits for its deadline, or the process crashes. A block that is too large stalls the
 * connection.
 *
 * These are left out:
 *
 * - fields that grpc-js sets itself, which could turn an error into a success;
 * - fields of a connection or a body, which do not belong in a gRPC response;
 * - all values after the first, for a field that may occur once;
 * - names and values with characters that HTTP/2 forbids;
 * - fields beyond a total of 60,000 bytes or 120 values.
 *
 * When a field is left out for the first time, the process emits a warning. Never throws, and never changes the given
 * metadata.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.2
 */
export function sendable(given: Metadata): Sendable {
  const { metadata, refusals } = checked(given);
  const problems = refusals.map(({ what, instead, why }) => `${what} ${instead}: ${why}`);
  for (const problem of problems) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", problem);
  return { metadata, problems };
}

/** A reason why a field cannot be sent as it is. */
interface Refusal {
  readonly what: string;
  /** The consequence for the field. */
  readonly instead: string;
  readonly why: string;
}

interface Checked {
  readonly metadata: Metadata;
  readonly refusals: readonly Refusal[];
}

const LEFT_OUT = "is left out";

function checked(given: Metadata): Checked {
  try {
    return isMetadata(given) ? check(given) : notMetadata();
  } catch {
    // A getter or an overridden method threw.
    return notMetadata();
  }
}

/**
 * Checks metadata that HTTP/2 must be able to send as it is.
 *
 * @throws TypeError that names the fields that cannot be sent, never their values
 */
export function requireSendable(given: Metadata): Metadata {
  const { metadata, refusals } = checked(given);
  if (refusals.length === 0) return metadata;
  throw new TypeError(refusals.map(({ what, why }) => `${what} cannot be sent: ${why}`).join("; "));
}

/** Checks whether metadata is missing or empty, as for most calls. */
export function isEmpty(metadata: Metadata | null | undefined): boolean {
  if (metadata == null) return true;
  try {
    // A protected member, because the public methods copy everything.
    return metadata["internalRepr"]?.size === 0;
  } catch {
    return false;
  }
}

function notMetadata(): Checked {
  const why = "it is not a Metadata of grpc-js; use new Metadata()";
  return { metadata: new Metadata(), refusals: [{ what: "the metadata", instead: LEFT_OUT, why }] };
}

/** grpc-js drops the connection at a field of 65,536 bytes. */
export const MOST_BYTES = 60_000;

/** A Node client accepts 128 header fields, and grpc-js adds some. */
const MOST_VALUES = 120;

/** A bound, because there may be thousands of fields. */
const MOST_PROBLEMS = 10;

function check(given: Metadata): Checked {
  const refusals: Refusal[] = [];
  const kept = new Metadata();
  let unchanged = given instanceof Metadata;
  let bytes = 0;
  let count = 0;
  for (const [name, values] of Object.entries<readonly unknown[]>(given.toJSON())) {
    const refuse = (why: string, instead = LEFT_OUT) => {
      unchanged = false;
      const what = `the metadata field ${JSON.stringify(name.slice(0, 100))}`;
      if (refusals.length < MOST_PROBLEMS && refusals.at(-1)?.what !== what) refusals.push({ what, instead, why });
    };
    if (RESERVED.has(name)) {
      refuse("it belongs to gRPC or to the connection");
      continue;
    }
    for (const [index, value] of values.entries()) {
      if (index > 0 && SINGLE.has(name)) {
        refuse("HTTP allows one", "is sent with its first value only");
        break;
      }
      const clean = cleanValue(name, value);
      if (clean === undefined) {
        refuse("HTTP/2 cannot send its name or its value");
        continue;
      }
      const size = name.length + 32 + (typeof clean === "string" ? clean.length : Math.ceil(clean.length / 3) * 4);
      if (bytes + size > MOST_BYTES || count === MOST_VALUES) {
        refuse(`metadata is limited to ${MOST_BYTES} bytes and ${MOST_VALUES} values`);
        continue;
      }
      bytes += size;
      count++;
      if (clean !== value) unchanged = false;
      kept.add(name, clean);
    }
  }
  return { metadata: unchanged ? given : kept, refusals };
}

/** Returns a value as it can be sent. HTTP does not allow spaces around a value, and receivers drop such a field. */
function cleanValue(name: string, value: unknown): string | Buffer | undefined {
  if (!NAME.test(name)) return undefined;
  if (name.endsWith("-bin")) return Buffer.isBuffer(value) ? value : undefined;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && TEXT.test(value) ? value.trim() : undefined;
}

/** Without the colon, which grpc-js allows, but HTTP/2 reserves for pseudo-headers. */
const NAME = /^[0-9a-z_.-]+$/;
const TEXT = /^[ -~]*$/;

/**
 * Returns the first field name in the metadata of a request that HTTP/2 cannot send. With such a field, grpc-js would
 * reconnect again and again, and never end the call.
 */
export function findUnsendable(metadata: Metadata): string | undefined {
  return Object.keys(metadata.getMap()).find((name) => {
    if (REPLACED.has(name)) return false;
    return RESERVED.has(name) || (SINGLE.has(name) && metadata.get(name).length > 1);
  });
}

/** Names that grpc-js overwrites in a request, or that have no meaning there. */
const REPLACED: ReadonlySet<string> = new Set(["grpc-status", "grpc-message", "content-type", "te", "user-agent"]);

const RESERVED: ReadonlySet<string> = new Set([
  "grpc-status",
  "grpc-message",
  "grpc-encoding",
  "grpc-accept-encoding",
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

/** The fields for which Node refuses a second value. */
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

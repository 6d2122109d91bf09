import type { Metadata, MetadataValue } from "@grpc/grpc-js";

/** A reason why a field cannot be sent as it is. Has names of fields, never values. */
export interface Refusal {
  readonly what: string;
  /** The consequence for the field. */
  readonly instead: string;
  readonly why: string;
}

/** Returns one sentence about a field that cannot be sent as it is. */
export function problemOf({ what, instead, why }: Refusal): string {
  return `${what} ${instead}: ${why}`;
}

/** The consequence of nearly every {@link Refusal}. */
export const LEFT_OUT = "is left out";

/** The fields of metadata that HTTP/2 can send. */
export interface SendableFields {
  readonly fields: ReadonlyMap<string, MetadataValue[]>;
  readonly refusals: readonly Refusal[];
  /** Whether all fields are as they were given. */
  readonly unchanged: boolean;
}

/** grpc-js drops the connection at a field of 65,536 bytes. */
export const MOST_BYTES = 60_000;

/** A Node client accepts 128 header fields, and grpc-js adds some. */
const MOST_VALUES = 120;

/** A bound, because there may be thousands of fields. */
const MOST_PROBLEMS = 10;

/**
 * Selects the fields of metadata that HTTP/2 can send.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.2
 */
export function sendableFields(given: Iterable<[string, readonly unknown[]]>): SendableFields {
  const refusals: Refusal[] = [];
  const fields = new Map<string, MetadataValue[]>();
  let unchanged = true;
  let bytes = 0;
  let count = 0;
  for (const [name, values] of given) {
    const refuse = (why: string, instead = LEFT_OUT) => {
      unchanged = false;
      const what = `the metadata field ${JSON.stringify(name.slice(0, 100))}`;
      if (refusals.length < MOST_PROBLEMS && refusals.at(-1)?.what !== what) refusals.push({ what, instead, why });
    };
    if (isReserved(name)) {
      refuse("it belongs to gRPC or to the connection");
      continue;
    }
    const kept: MetadataValue[] = [];
    for (const [index, value] of values.entries()) {
      if (index > 0 && SINGLE.has(name)) {
        refuse("HTTP allows one", "is sent with its first value only");
        break;
      }
      const clean = sendableValue(name, value);
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
      kept.push(clean);
    }
    if (kept.length > 0) fields.set(name, kept);
  }
  return { fields, refusals, unchanged };
}

/**
 * Returns a value of a field as it can be sent, or `undefined` if it or the name cannot be. HTTP does not allow spaces
 * around a value, and receivers drop such a field.
 */
export function sendableValue(name: string, value: unknown): string | Buffer | undefined {
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

/** Checks whether a field belongs to gRPC or to the connection. */
export function isReserved(name: string): boolean {
  return RESERVED.has(name);
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

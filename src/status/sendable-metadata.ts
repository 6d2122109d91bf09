import { Metadata } from "@grpc/grpc-js";
import { isMetadata } from "./metadata.js";

/** Metadata in a form that HTTP/2 can send. */
export interface Sendable {
  /** The given metadata if all of it can be sent, otherwise a copy of what can. */
  readonly metadata: Metadata;
  /** One sentence for each of the first fields that are left out. Names fields, never values. */
  readonly problems: readonly string[];
}

/**
 * Checks initial metadata or trailers before grpc-js sees them. grpc-js and Node
 * refuse some fields by throwing where nobody catches: the client waits for its
 * deadline, or the process ends. A block that is too large stalls the connection.
 *
 * Left out are
 * - fields that grpc-js sets itself: an error could end as a success;
 * - fields of a connection or a body, which have no place in a gRPC response;
 * - every value but the first of a field that may have one;
 * - names and values with characters that HTTP/2 forbids;
 * - fields beyond 60,000 bytes or 120 values in total.
 *
 * The first time a field is left out, the process emits a warning. Never throws
 * and never changes the given metadata.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.2
 */
export function sendable(given: Metadata): Sendable {
  const { metadata, refusals } = checked(given);
  const problems = refusals.map(({ what, instead, why }) => `${what} ${instead}: ${why}`);
  for (const problem of problems) warnOnce(problem);
  return { metadata, problems };
}

/** Why a field cannot be sent as it is. */
interface Refusal {
  readonly what: string;
  /** What becomes of it. */
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
    // A getter, or a method that somebody overrode, threw.
    return notMetadata();
  }
}

/**
 * Checks metadata that a program is handing over at this moment. Nothing of it is left out: the caller learns at once
 * what HTTP/2 refuses.
 *
 * @throws TypeError naming the fields, never their values
 */
export function requireSendable(given: Metadata): Metadata {
  const { metadata, refusals } = checked(given);
  if (refusals.length === 0) return metadata;
  throw new TypeError(refusals.map(({ what, why }) => `${what} cannot be sent: ${why}`).join("; "));
}

/** Tells whether there is nothing to check. Metadata of most calls is missing or empty. */
export function isEmpty(metadata: Metadata | null | undefined): boolean {
  if (metadata == null) return true;
  try {
    // Protected in its types. The public methods copy everything to answer the same.
    return metadata["internalRepr"]?.size === 0;
  } catch {
    return false;
  }
}

function notMetadata(): Checked {
  const why = "it is not a Metadata of grpc-js. Use new Metadata()";
  return { metadata: new Metadata(), refusals: [{ what: "the metadata", instead: LEFT_OUT, why }] };
}

/** grpc-js gives up the connection at a field of 65,536 bytes. */
export const MOST_BYTES = 60_000;

/** A Node client accepts 128 header fields, including those that grpc-js adds. */
const MOST_VALUES = 120;

/** There may be thousands of fields. */
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

/** A value as it can be sent. Whitespace around text is not part of an HTTP field, and receivers drop the whole field for it. */
function cleanValue(name: string, value: unknown): string | Buffer | undefined {
  if (!NAME.test(name)) return undefined;
  if (name.endsWith("-bin")) return Buffer.isBuffer(value) ? value : undefined;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && TEXT.test(value) ? value.trim() : undefined;
}

/** grpc-js also allows colons, which are for pseudo-headers. */
const NAME = /^[0-9a-z_.-]+$/;
const TEXT = /^[ -~]*$/;

/** Problems that the process was warned of. Names may come from requests, so that there is an end to it. */
const warned = new Set<string>();
const MOST_WARNINGS = 100;

function warnOnce(problem: string): void {
  if (warned.has(problem) || warned.size >= MOST_WARNINGS) return;
  warned.add(problem);
  process.emitWarning(problem, { type: "GrpcRichErrorsWarning", code: "GRPC_RICH_ERRORS_UNSENDABLE" });
}

/**
 * The first name in the metadata of a request that HTTP/2 cannot send, if there is
 * one. grpc-js would connect again and again for such a request, and never end the call.
 */
export function findUnsendable(metadata: Metadata): string | undefined {
  return Object.keys(metadata.getMap()).find((name) => {
    if (REPLACED.has(name)) return false;
    return RESERVED.has(name) || (SINGLE.has(name) && metadata.get(name).length > 1);
  });
}

/** Names that grpc-js gives a value of its own in a request, or that mean nothing there. */
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

import { Metadata } from "@grpc/grpc-js";
import { warnOnce } from "../platform/warnings.js";
import { isMetadata } from "./metadata.js";
import { LEFT_OUT, problemOf, type Refusal, type SendableFields, sendableFields } from "./metadata-fields.js";

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
  return { metadata, problems: warnOf(refusals) };
}

interface Checked {
  readonly metadata: Metadata;
  readonly refusals: readonly Refusal[];
}

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

/** Returns metadata with the given fields. Those that HTTP/2 cannot send are left out, as by {@link sendable}. */
export function sendableMetadataOf(fields: Iterable<[string, readonly unknown[]]>): Sendable {
  const { fields: kept, refusals } = sendableFields(fields);
  return { metadata: metadataOf(kept), problems: warnOf(refusals) };
}

function metadataOf(fields: SendableFields["fields"]): Metadata {
  const metadata = new Metadata();
  for (const [name, values] of fields) for (const value of values) metadata.add(name, value);
  return metadata;
}

function warnOf(refusals: readonly Refusal[]): readonly string[] {
  const problems = refusals.map(problemOf);
  for (const problem of problems) warnOnce("GRPC_RICH_ERRORS_UNSENDABLE", problem);
  return problems;
}

/** Checks whether metadata is missing or empty, as for most calls. */
export function isEmpty(metadata: Metadata | null | undefined): boolean {
  return metadata == null || fieldCountOf(metadata) === 0;
}

/** Returns the number of fields in metadata, or `undefined` if it is not known. Never throws. */
export function fieldCountOf(metadata: Metadata): number | undefined {
  try {
    // A protected member, because the public methods copy everything.
    return metadata["internalRepr"]?.size;
  } catch {
    return undefined;
  }
}

function notMetadata(): Checked {
  const why = "it is not a Metadata of grpc-js; use new Metadata()";
  return { metadata: new Metadata(), refusals: [{ what: "the metadata", instead: LEFT_OUT, why }] };
}

function check(given: Metadata): Checked {
  const { fields, refusals, unchanged } = sendableFields(Object.entries<readonly unknown[]>(given.toJSON()));
  if (unchanged && given instanceof Metadata) return { metadata: given, refusals };
  return { metadata: metadataOf(fields), refusals };
}

import type { ErrorDetail } from "../detail/detail.js";
import { DETAIL, EMPTY, TYPE_URL, VALUE } from "../detail/detail.js";
import type { Issue } from "../issue.js";
import { delimited, MalformedError, varint, WireReader } from "../wire/reader.js";
import { takeWriter } from "../wire/writer.js";

/**
 * The message `google.rpc.Status`, as ts-proto and others have it.
 *
 * @see https://google.aip.dev/193
 */
export interface Status {
  /** The gRPC status code. */
  readonly code: number;
  /** The message for humans. */
  readonly message: string;
  /** What else there is to say, each packed with its type. */
  readonly details: readonly ErrorDetail[];
}

/**
 * A status as bytes.
 *
 * @param details packed already, by {@link encodeDetails}
 */
export function encodeStatus(code: number, message: string, details: Uint8Array): Uint8Array {
  const writer = takeWriter();
  if (code !== 0) writer.uint32(CODE).int32(code);
  if (message !== "") writer.uint32(MESSAGE).string(message);
  return writer.raw(details).finish();
}

/** Reads what {@link encodeDetails} gave. */
export function decodeDetails(bytes: Uint8Array): readonly ErrorDetail[] {
  return decodeStatus(bytes).details;
}

const CODE = varint(1);
const MESSAGE = delimited(2);

/** What bytes hold of a status, as far as they can be read. */
export interface DecodedStatus extends Status {
  readonly issues: Issue[];
}

/**
 * Reads a status from bytes. Never throws: what was read before the bytes go
 * wrong is kept, and what is wrong becomes an issue.
 */
export function decodeStatus(bytes: Uint8Array): DecodedStatus {
  let code: number | undefined;
  let message: string | undefined;
  const details: ErrorDetail[] = [];
  const issues: Issue[] = [];
  try {
    const reader = new WireReader(bytes);
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === CODE) {
        const next = reader.int32();
        if (code !== undefined) {
          issues.push({ kind: "several-statuses", message: "the trailer has more than one value" });
        }
        code ??= next;
      } else if (tag === MESSAGE) {
        const next = reader.string();
        message ??= next;
      } else if (tag === DETAIL) {
        decodeAny(reader.bytes(), details, issues);
      } else {
        reader.skip(tag);
      }
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    issues.push({ kind: "malformed-status", message: `the trailer is not a google.rpc.Status: ${error.message}` });
  }
  return { code: code ?? 0, message: message ?? "", details, issues };
}

/** A broken detail is left out, so that it does not hide the others. */
function decodeAny(bytes: Uint8Array, details: ErrorDetail[], issues: Issue[]): void {
  const reader = new WireReader(bytes);
  let typeUrl = "";
  let value = EMPTY;
  try {
    while (!reader.done) {
      const tag = reader.tag();
      if (tag === TYPE_URL) typeUrl = reader.string();
      else if (tag === VALUE) value = reader.bytes();
      else reader.skip(tag);
    }
    details.push({ typeUrl, value });
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const message = `a detail is not a google.protobuf.Any: ${error.message}`;
    issues.push({ kind: "malformed-detail", message, typeUrl });
  }
}

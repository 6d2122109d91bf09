import { type ErrorDetail, typeUrlBytesOf, typeUrlOf } from "../detail/detail.js";
import type { Issue } from "../issue.js";
import { delimited, MalformedError, varint, WireReader } from "../wire/reader.js";
import { takeWriter, type WireWriter } from "../wire/writer.js";

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

/** Details as bytes, one after the other as they stand in a status. */
export function encodeDetails(details: readonly ErrorDetail[]): Uint8Array {
  const writer = takeWriter();
  for (const detail of details) writeDetail(writer, detail);
  return writer.finish();
}

/** Reads what {@link encodeDetails} gave. */
export function decodeDetails(bytes: Uint8Array): readonly ErrorDetail[] {
  return decodeStatus(bytes).details;
}

/** Writes a detail as it stands in a status. */
export function writeDetail(writer: WireWriter, { typeUrl = "", value = EMPTY }: ErrorDetail): void {
  writer.uint32(DETAIL).fork();
  if (typeUrl !== "") writer.uint32(TYPE_URL).bytes(typeUrlBytesOf(typeUrl));
  if (value.length > 0) writer.uint32(VALUE).bytes(value);
  writer.join();
}

/**
 * Packs a message as a detail of a status.
 *
 * @param write how the message is written; throws if it is not of its type, and leaves a part written
 */
export function writeMessage<T>(
  writer: WireWriter,
  typeName: string,
  message: T,
  write: (message: T, writer: WireWriter) => void,
): void {
  writer.uint32(DETAIL).fork();
  writer.uint32(TYPE_URL).bytes(typeUrlBytesOf(typeUrlOf(typeName)));
  const before = writer.length;
  writer.uint32(VALUE).fork();
  const start = writer.length;
  write(message, writer);
  // What is empty is left out.
  if (writer.length === start) writer.cut(before);
  else writer.join();
  writer.join();
}

const CODE = varint(1);
const MESSAGE = delimited(2);
const DETAIL = delimited(3);

/** The fields of a `google.protobuf.Any`. */
const TYPE_URL = delimited(1);
const VALUE = delimited(2);

const EMPTY: Uint8Array = new Uint8Array();

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

import { delimited } from "../wire/reader.js";
import { takeWriter, type WireWriter } from "../wire/writer.js";
import { type ErrorDetail, typeUrlBytesOf, typeUrlOf } from "./detail.js";

/** Details as bytes, one after the other as they stand in a status. */
export function encodeDetails(details: readonly ErrorDetail[]): Uint8Array {
  const writer = takeWriter();
  for (const detail of details) writeDetail(writer, detail);
  return writer.finish();
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

/** The field `details` of a `google.rpc.Status`. */
export const DETAIL = delimited(3);

/** The fields of a `google.protobuf.Any`. */
export const TYPE_URL = delimited(1);
export const VALUE = delimited(2);

export const EMPTY: Uint8Array = new Uint8Array();

import type { JsonValue } from "@bufbuild/protobuf";
import type { Issue } from "../issue.js";
import { utf8Of } from "../platform/bytes.js";
import { delimited } from "../wire/reader.js";
import { takeWriter, type WireWriter } from "../wire/writer.js";

/**
 * Reads and writes one message type.
 *
 * Any protobuf library can be used by an adapter of these three members; the
 * one for ts-proto is `tsProtoCodec`.
 */
export interface DetailCodec<T> {
  /** The full name of the message type: `"google.rpc.BadRequest"`. */
  readonly typeName: string;
  /** The message as bytes. May throw if the message is not of the type. */
  encode(message: T): Uint8Array;
  /** The message that the bytes hold. May throw if they hold none. */
  decode(bytes: Uint8Array): T;
}

/**
 * One message of `Status.details`, packed: a `google.protobuf.Any`.
 *
 * @see https://protobuf.dev/reference/protobuf/google.protobuf/#any
 */
export interface ErrorDetail {
  /** Ends with a slash and the full name of the message type. */
  readonly typeUrl: string;
  /** The message as bytes. */
  readonly value: Uint8Array;
}

/**
 * One message of `Status.details` as proto3 JSON has it.
 *
 * @see https://protobuf.dev/programming-guides/json/#any
 */
export interface JsonDetail {
  /** As {@link ErrorDetail.typeUrl}. */
  readonly "@type": string;
  readonly [field: string]: JsonValue;
}

const TYPE_URL_PREFIX = "type.googleapis.com/";

/** The type URLs of the types that this process has codecs for, and nothing that a peer sends. */
const typeUrls = new Map<string, string>();
const typeUrlBytes = new Map<string, Uint8Array>();

/** The type URL that a message type is sent with. */
export function typeUrlOf(typeName: string): string {
  let typeUrl = typeUrls.get(typeName);
  if (typeUrl === undefined) {
    typeUrl = TYPE_URL_PREFIX + typeName;
    typeUrls.set(typeName, typeUrl);
    typeUrlBytes.set(typeUrl, utf8Of(typeUrl));
  }
  return typeUrl;
}

/** A type URL as bytes. */
function typeUrlBytesOf(typeUrl: string): Uint8Array {
  return typeUrlBytes.get(typeUrl) ?? utf8Of(typeUrl);
}

/** The full name of the message type in a type URL: what follows the last slash. Without a slash, there is no type: `""`. */
export function typeNameOf(typeUrl: string): string {
  return hasType(typeUrl) ? typeUrl.slice(typeUrl.lastIndexOf("/") + 1) : "";
}

/** Tells whether a type URL has a slash and a name behind it, as it must. */
export function hasType(typeUrl: string): boolean {
  const slash = typeUrl.lastIndexOf("/");
  return slash >= 0 && slash < typeUrl.length - 1;
}

/** What is wrong with a type URL without a type. */
export function noType(typeUrl: string): Issue {
  const message = `the type URL ${JSON.stringify(typeUrl.slice(0, MOST_QUOTED))} names no type: a type is named behind a slash`;
  return { kind: "unknown-type", message, typeUrl };
}

/** A type URL may be as long as the peer likes. */
const MOST_QUOTED = 80;

/**
 * Packs a message, to send it along with an error.
 *
 * @throws whatever the codec throws for a message that is not of its type
 */
export function packDetail<T>(codec: DetailCodec<T>, message: T): ErrorDetail {
  return { typeUrl: typeUrlOf(codec.typeName), value: codec.encode(message) };
}

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

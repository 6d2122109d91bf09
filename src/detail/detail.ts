import type { JsonValue } from "@bufbuild/protobuf";
import type { Issue } from "../issue.js";
import { utf8Of } from "../platform/bytes.js";
import { delimited } from "../wire/reader.js";
import { takeWriter, type WireWriter } from "../wire/writer.js";

/**
 * Encodes and decodes one message type.
 *
 * An object with these three members adapts any protobuf library. For ts-proto, use `tsProtoCodec`.
 */
export interface DetailCodec<T> {
  /** The full name of the message type: `"google.rpc.BadRequest"`. */
  readonly typeName: string;
  /** Encodes a message. May throw if the message is not of the type. */
  encode(message: T): Uint8Array;
  /** Decodes a message. May throw if the bytes are not a message of the type. */
  decode(bytes: Uint8Array): T;
}

/** The functions of {@link creating}. They belong to `encode`, so that a copy of a codec keeps its own. */
const creators = new WeakMap<DetailCodec<never>["encode"], (given: never) => unknown>();

/** Returns the `encode` of a codec together with a function that makes a message of its library. See {@link createdBy}. */
export function creating<T>(encode: DetailCodec<T>["encode"], create: (given: T) => T): DetailCodec<T>["encode"] {
  creators.set(encode, create);
  return encode;
}

/** Returns what a program gave as a message, as a message of the codec's library. May throw. */
export function createdBy<T>({ encode }: DetailCodec<T>, given: T): T {
  const create = creators.get(encode) as ((given: T) => T) | undefined;
  return create ? create(given) : given;
}

/**
 * One packed message of `Status.details`: a `google.protobuf.Any`.
 *
 * @see https://protobuf.dev/reference/protobuf/google.protobuf/#any
 */
export interface ErrorDetail {
  /** The type URL. It ends with a slash and the full name of the message type. */
  readonly typeUrl: string;
  /** The encoded message. */
  readonly value: Uint8Array;
}

/**
 * One message of `Status.details` as proto3 JSON.
 *
 * @see https://protobuf.dev/programming-guides/json/#any
 */
export interface JsonDetail {
  /** As {@link ErrorDetail.typeUrl}. */
  readonly "@type": string;
  readonly [field: string]: JsonValue;
}

type DecodePart<T> = (bytes: Uint8Array, start: number, end: number) => T;

/** The property of a `decode` with the function that decodes a part of some bytes, without a view of the part. */
const PART: unique symbol = Symbol("part");

/** Returns a `decode` for a codec from a function that decodes a part of some bytes. */
export function decodingParts<T>(part: DecodePart<T>): DetailCodec<T>["decode"] {
  return Object.assign((bytes: Uint8Array) => part(bytes, 0, bytes.length), { [PART]: part });
}

/** Decodes a message that is a part of some bytes. */
export function decodePart<T>(codec: DetailCodec<T>, bytes: Uint8Array, start: number, end: number): T {
  const part = (codec.decode as { [PART]?: DecodePart<T> })[PART];
  return part ? part(bytes, start, end) : codec.decode(bytes.subarray(start, end));
}

const TYPE_URL_PREFIX = "type.googleapis.com/";

/** Type URLs by type name. Grows with the codecs of this process, and never with what a peer sends. */
const typeUrls = new Map<string, string>();
const typeUrlBytes = new Map<string, Uint8Array>();

/** Returns the type URL for a message type. */
export function typeUrlOf(typeName: string): string {
  let typeUrl = typeUrls.get(typeName);
  if (typeUrl === undefined) {
    typeUrl = TYPE_URL_PREFIX + typeName;
    typeUrls.set(typeName, typeUrl);
    typeUrlBytes.set(typeUrl, utf8Of(typeUrl));
  }
  return typeUrl;
}

/** Returns a type URL in UTF-8. */
function typeUrlBytesOf(typeUrl: string): Uint8Array {
  return typeUrlBytes.get(typeUrl) ?? utf8Of(typeUrl);
}

/** Returns the full name of the message type in a type URL: the part after the last slash, or `""` if there is no slash. */
export function typeNameOf(typeUrl: string): string {
  return hasType(typeUrl) ? typeUrl.slice(typeUrl.lastIndexOf("/") + 1) : "";
}

/** Checks whether a type URL has a slash followed by a name, as it must. */
export function hasType(typeUrl: string): boolean {
  const slash = typeUrl.lastIndexOf("/");
  return slash >= 0 && slash < typeUrl.length - 1;
}

/** Returns the issue for a type URL without a type. */
export function noType(typeUrl: string): Issue {
  const message = `the type URL ${JSON.stringify(typeUrl.slice(0, MOST_QUOTED))} has no type name after a slash`;
  return { kind: "unknown-type", message, typeUrl };
}

/** A peer may send a type URL of any length. */
const MOST_QUOTED = 80;

/**
 * Packs a message as a detail of an error.
 *
 * @throws whatever the codec throws for a message that is not of its type
 */
export function packDetail<T>(codec: DetailCodec<T>, message: T): ErrorDetail {
  return { typeUrl: typeUrlOf(codec.typeName), value: codec.encode(message) };
}

/** Encodes details, one after the other as fields of a status. */
export function encodeDetails(details: readonly ErrorDetail[]): Uint8Array {
  const writer = takeWriter();
  for (const detail of details) writeDetail(writer, detail);
  return writer.finish();
}

/** Writes a detail as a field of a status. */
export function writeDetail(writer: WireWriter, { typeUrl = "", value = EMPTY }: ErrorDetail): void {
  writer.uint32(DETAIL).fork();
  if (typeUrl !== "") writer.uint32(TYPE_URL).bytes(typeUrlBytesOf(typeUrl));
  if (value.length > 0) writer.uint32(VALUE).bytes(value);
  writer.join();
}

/**
 * Writes a message as a detail, which is a field of a status.
 *
 * @param write writes the message; may throw after it wrote a part
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
  // An empty field is left out.
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

/**
 * Returns the length in bytes of one detail, encoded as in a `google.rpc.Status`.
 *
 * @param valueLength the length of its value; by default, that of the value it has
 */
export function lengthOfDetail({ typeUrl, value }: ErrorDetail, valueLength = value.length): number {
  const any = delimitedLength(Buffer.byteLength(typeUrl)) + delimitedLength(valueLength);
  // An empty detail still has a tag and a length.
  return any === 0 ? 2 : delimitedLength(any);
}

/** Returns the length of a protobuf field with its tag and its length, or 0 for an empty field, which is left out. */
export function delimitedLength(length: number): number {
  if (length === 0) return 0;
  let prefix = 2;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) prefix++;
  return prefix + length;
}

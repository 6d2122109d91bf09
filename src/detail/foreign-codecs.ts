import { malformed } from "../wire/reader.js";
import type { DetailCodec } from "./detail.js";

/** What protobufjs has for a message type: a `Type` by reflection, or a class that `pbjs` generates. */
export interface ProtobufjsType<T, Options = unknown> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  fromObject(object: { [field: string]: unknown }): T;
  toObject(message: T, options?: Options): { [field: string]: unknown };
}

/** A message of protobufjs as a plain object. */
export type PlainMessage = { [field: string]: unknown };

/**
 * The codec of a message type of protobufjs, for messages as plain objects.
 *
 * ```ts
 * const codec = protobufjsCodec("shop.v1.OrderRejected", root.lookupType("shop.v1.OrderRejected"), { longs: String });
 * ```
 *
 * @param conversion how values look in what is read, as protobufjs and `@grpc/proto-loader` have it: `longs`, `enums`,
 * `bytes`, `defaults`, `arrays`, `objects`, `oneofs`, `json`. By default, as in a message of protobufjs.
 */
export function protobufjsCodec<T, Options>(
  typeName: string,
  type: ProtobufjsType<T, Options>,
  conversion?: Options,
): DetailCodec<PlainMessage> {
  return {
    typeName,
    encode: (message) => type.encode(type.fromObject(message)).finish(),
    decode: (bytes) => type.toObject(type.decode(bytes), conversion),
  };
}

/** A message of a class that `protoc-gen-js` generates for google-protobuf. */
export interface GoogleProtobufMessage {
  serializeBinary(): Uint8Array;
}

/** A class that `protoc-gen-js` generates for google-protobuf. */
export interface GoogleProtobufClass<T extends GoogleProtobufMessage> {
  deserializeBinary(bytes: Uint8Array): T;
}

/**
 * The codec of a message type of google-protobuf.
 *
 * ```ts
 * const codec = googleProtobufCodec("shop.v1.OrderRejected", OrderRejected);
 * ```
 *
 * Bytes that claim a length which they do not have are refused at once. By itself, google-protobuf before 4.0 would
 * be busy with them for seconds.
 */
export function googleProtobufCodec<T extends GoogleProtobufMessage>(
  typeName: string,
  messageClass: GoogleProtobufClass<T>,
): DetailCodec<T> {
  return {
    typeName,
    encode: (message) => message.serializeBinary(),
    decode: (bytes) => messageClass.deserializeBinary(guarded(bytes)),
  };
}

/**
 * The bytes, for a reader that believes every length in them: google-protobuf
 * before 4.0, which reads a string to the end that it claims, over 2 GB of
 * nothing if need be, in a nested message too.
 *
 * Without knowing the type nobody can tell lengths from text. What is certain is
 * that a length beyond 16,383 takes three bytes, the first two of which have
 * their high bit set. Bytes that have no such pair are given as they are. All
 * others are watched: to read beyond their end throws, and so does to read them
 * again and again, as that reader does where a length is below zero.
 */
export function guarded(bytes: Uint8Array): Uint8Array {
  // Readers take a Buffer, or anything that is not exactly this class, for something to be copied.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return mayClaimMuch(plain) ? new Proxy(plain, watch(plain)) : plain;
}

function mayClaimMuch(bytes: Uint8Array): boolean {
  let before = 0;
  for (const byte of bytes) {
    if ((byte & before & 0x80) !== 0) return true;
    before = byte;
  }
  return false;
}

/** How often a reader may look at a byte on average. It does so once, or twice where it looks ahead. */
const LOOKS = 4;

function watch({ length }: Uint8Array): ProxyHandler<Uint8Array> {
  let left = LOOKS * length;
  return {
    get(bytes, key) {
      if (typeof key === "string" && isIndex(key)) {
        const byte = bytes[Number(key)];
        if (byte === undefined) throw malformed("a field is longer than what is left");
        if (left-- === 0) throw malformed("a field leads back to what was read before");
        return byte;
      }
      const value: unknown = Reflect.get(bytes, key, bytes);
      return typeof value === "function" && key !== "constructor" ? value.bind(bytes) : value;
    },
  };
}

function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

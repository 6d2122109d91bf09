import { describeValue } from "../platform/values.js";
import { malformed } from "../wire/reader.js";
import type { DetailCodec } from "./detail.js";
import { checking } from "./field-problems.js";
import { reflectedMessage } from "./protobufjs-types.js";
import { TypedCheck } from "./value-types.js";

/** A message type of protobufjs: a `Type` from reflection, or a class that `pbjs` generates. */
export interface ProtobufjsType<T, Options = unknown> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  fromObject(object: { [field: string]: unknown }): T;
  toObject(message: T, options?: Options): { [field: string]: unknown };
}

/** A protobufjs message as a plain object. */
export type PlainMessage = { [field: string]: unknown };

/**
 * Returns the codec of a protobufjs message type. Its messages are plain objects.
 *
 * ```ts
 * const codec = protobufjsCodec("shop.v1.OrderRejected", root.lookupType("shop.v1.OrderRejected"), { longs: String });
 * ```
 *
 * @param conversion the conversion options of protobufjs and `@grpc/proto-loader` for decoded values: `longs`, `enums`,
 * `bytes`, `defaults`, `arrays`, `objects`, `oneofs`, `json`. By default, values stay as protobufjs decodes them.
 */
export function protobufjsCodec<T, Options>(
  typeName: string,
  type: ProtobufjsType<T, Options>,
  conversion?: Options,
): DetailCodec<PlainMessage> {
  const encode = (message: PlainMessage) => type.encode(type.fromObject(message)).finish();
  const fields = reflectedMessage(type);
  return {
    typeName,
    encode: fields ? checking(encode, new TypedCheck(fields, encode)) : encode,
    decode: (bytes) => type.toObject(type.decode(bytes), conversion),
  };
}

/** A google-protobuf message, of a class that `protoc-gen-js` generates. */
export interface GoogleProtobufMessage {
  serializeBinary(): Uint8Array;
}

/** A google-protobuf message class, as `protoc-gen-js` generates it. */
export interface GoogleProtobufClass<T extends GoogleProtobufMessage> {
  deserializeBinary(bytes: Uint8Array): T;
}

/**
 * Returns the codec of a google-protobuf message type.
 *
 * ```ts
 * const codec = googleProtobufCodec("shop.v1.OrderRejected", OrderRejected);
 * ```
 *
 * A field that is longer than the bytes is refused at once. On its own, google-protobuf before 4.0 would block the
 * process for seconds.
 */
export function googleProtobufCodec<T extends GoogleProtobufMessage>(
  typeName: string,
  messageClass: GoogleProtobufClass<T>,
): DetailCodec<T> {
  return {
    typeName,
    encode(message) {
      // A program without types may pass the plain object that the other libraries take.
      if (typeof message?.serializeBinary === "function") return message.serializeBinary();
      throw new TypeError(`${typeName}: the detail is ${describeValue(message)}, not a message of google-protobuf`);
    },
    decode: (bytes) => messageClass.deserializeBinary(guarded(bytes)),
  };
}

/**
 * Returns bytes for a reader that trusts every length in them. google-protobuf before 4.0 reads a string up to its
 * declared end, over 2 GB of nothing if need be, and also in a nested message.
 *
 * Lengths look like any other bytes if the message type is unknown. But a length above 16,383 takes three bytes, and
 * the first two have their high bit set. Bytes without such a pair are returned as a plain view. Any others are
 * returned as a Proxy that throws when the reader goes beyond the end, or reads the same bytes again and again, as
 * that reader does after a negative length.
 */
export function guarded(bytes: Uint8Array): Uint8Array {
  // Readers copy a Buffer, and anything else that is not exactly of this class.
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

/** How often a reader may read each byte, on average. It needs one read, or two where it looks ahead. */
const LOOKS = 4;

function watch({ length }: Uint8Array): ProxyHandler<Uint8Array> {
  let left = LOOKS * length;
  return {
    get(bytes, key) {
      if (typeof key === "string" && isIndex(key)) {
        const byte = bytes[Number(key)];
        if (byte === undefined) throw malformed("a field is longer than the remaining bytes");
        if (left-- === 0) throw malformed("a field leads back to bytes that were read before");
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

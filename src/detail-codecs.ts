import type { DetailCodec } from "./detail.js";
import { guarded } from "./guarded-bytes.js";

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

import { create, type DescMessage, fromBinary, isMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { DetailCodec } from "../detail/detail.js";

/**
 * The codec of a message type of protobuf-es, generated or read at run time.
 *
 * ```ts
 * const codec = protobufEsCodec(OrderRejectedErrorDetailsSchema);
 * ```
 *
 * A message may also be written as the plain object that `create` takes.
 */
export function protobufEsCodec<Desc extends DescMessage>(schema: Desc): DetailCodec<MessageShape<Desc>> {
  return {
    typeName: schema.typeName,
    encode: (message) => toBinary(schema, isMessage(message, schema) ? message : create(schema, message)),
    decode: (bytes) => fromBinary(schema, bytes),
  };
}

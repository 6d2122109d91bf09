import { create, type DescMessage, fromBinary, isMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { creating, type DetailCodec } from "../detail/detail.js";
import { checking } from "../detail/field-problems.js";
import { protobufEsCheck } from "./descriptor-types.js";

/**
 * Returns the codec of a message type of protobuf-es, generated or built at run time.
 *
 * ```ts
 * const codec = protobufEsCodec(OrderRejectedErrorDetailsSchema);
 * ```
 *
 * The codec also encodes plain objects, as `create` takes them. A value that its field cannot hold is left out of the
 * error and becomes an entry of its `issues`.
 */
export function protobufEsCodec<Desc extends DescMessage>(schema: Desc): DetailCodec<MessageShape<Desc>> {
  const created = (given: MessageShape<Desc>) => (isMessage(given, schema) ? given : create(schema, given));
  const encode = (given: MessageShape<Desc>) => toBinary(schema, created(given));
  return {
    typeName: schema.typeName,
    encode: creating(checking(encode, protobufEsCheck(schema, encode)), created),
    // The bytes in a message are a view of these: of a Buffer, they would be Buffers.
    decode: (bytes) => fromBinary(schema, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)),
  };
}

import { create, type DescMessage, fromBinary, isMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import type { Catalog } from "../../catalog.js";
import { Problems } from "../../declaration/problems.js";
import { isWrapper } from "../../declaration/template.js";
import type { DetailCodec } from "../../detail/detail.js";
import { type DetailShape, type DynamicErrorClass, declaredCatalog, readDescriptorSet } from "../catalog.js";

/**
 * The catalog of all errors that are declared in a descriptor set: what
 * `buf build -o errors.binpb` or `protoc --include_imports --include_source_info
 * -o errors.binpb` writes.
 *
 * ```ts
 * const catalog = catalogFromDescriptorSet(readFileSync("errors.binpb"));
 * const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
 * ```
 *
 * - Details are messages of protobuf-es. One that is thrown may also be a plain object, as `create` takes it.
 * - Documentation comes from comments, which the set has if it has source info.
 *
 * @throws Error if the bytes are no descriptor set, if files are missing that others import, or if errors are
 * declared wrongly: then with all that is wrong, one line each, with file and line
 */
export function catalogFromDescriptorSet(descriptors: Uint8Array | FileDescriptorSet): Catalog<DynamicErrorClass> {
  return declaredCatalog(readDescriptorSet(descriptors), SHAPE, new Problems());
}

const SHAPE: DetailShape = {
  codec: protobufEsCodec,
  // A field of a wrapper's type has no property `value`: it is itself the value.
  property: (path) =>
    path
      .filter((field, index) => index === 0 || !isWrapper(field.parent))
      .map((field) => field.localName)
      .join("."),
};

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

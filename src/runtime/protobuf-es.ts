/**
 * Catalogs from descriptor sets at run time, and codecs, for users of protobuf-es.
 *
 * @packageDocumentation
 */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import type { Catalog } from "../catalog.js";
import { Problems } from "../declaration/problems.js";
import { redactedFieldsOf } from "../declaration/redacted-fields.js";
import { protobufEsProperty } from "../declaration/template.js";
import type { DetailCodec } from "../detail/detail.js";
import { FieldRedaction } from "../redaction/field-redaction.js";
import { buildCatalog, type DynamicErrorClass, type MessageLibrary, readDescriptorSet } from "./catalog.js";
import { protobufEsCodec as codecOf } from "./protobuf-es-codec.js";

export type { DynamicErrorClass };

/**
 * Builds the catalog of all errors that a descriptor set declares. Write the set with `buf build -o errors.binpb` or
 * `protoc --include_imports --include_source_info -o errors.binpb`.
 *
 * ```ts
 * const catalog = catalogFromDescriptorSet(readFileSync("errors.binpb"));
 * const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
 * ```
 *
 * - Details are messages of protobuf-es. You can also throw an error with a plain object, as `create` takes it.
 * - Documentation comes from the comments of the protos, if the set includes source info.
 *
 * @throws Error if the bytes are not a descriptor set, if an imported file is missing, or if the protos contain mistakes:
 * one line for each mistake, with file and line
 */
export function catalogFromDescriptorSet(descriptors: Uint8Array | FileDescriptorSet): Catalog<DynamicErrorClass> {
  return buildCatalog(readDescriptorSet(descriptors), PROTOBUF_ES, new Problems());
}

const PROTOBUF_ES: MessageLibrary = {
  codec: codecOf,
  property: protobufEsProperty,
};

/**
 * Returns the codec of a message type of protobuf-es, generated or built at run time.
 *
 * ```ts
 * const codec = protobufEsCodec(OrderRejectedErrorDetailsSchema);
 * ```
 *
 * The codec also encodes plain objects, as `create` takes them. A value that its field cannot hold is left out of the
 * error and becomes an entry of its `issues`. From then on, this process redacts the fields of the type that are marked
 * `debug_redact`.
 */
export function protobufEsCodec<Desc extends DescMessage>(schema: Desc): DetailCodec<MessageShape<Desc>> {
  const { file } = schema;
  const redacted = redactedFieldsOf([schema], [file, ...file.dependencies]);
  if (redacted) FieldRedaction.add(redacted);
  return codecOf(schema);
}

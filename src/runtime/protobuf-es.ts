/**
 * Catalogs from descriptor sets at run time, and codecs, for users of protobuf-es.
 *
 * @packageDocumentation
 */
import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import type { Catalog } from "../catalog.js";
import { Problems } from "../declaration/problems.js";
import { protobufEsProperty } from "../declaration/template.js";
import { buildCatalog, type DynamicErrorClass, type MessageLibrary, readDescriptorSet } from "./catalog.js";
import { protobufEsCodec } from "./protobuf-es-codec.js";

export { type DynamicErrorClass, protobufEsCodec };

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
  codec: protobufEsCodec,
  property: protobufEsProperty,
};

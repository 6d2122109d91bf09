import type { FileDescriptorSet } from "@bufbuild/protobuf/wkt";
import type { Catalog } from "../catalog.js";
import { Problems } from "../declaration/problems.js";
import { isWrapper } from "../declaration/template.js";
import { declaredCatalog } from "../dynamic/declared-catalog.js";
import { readDescriptorSet } from "../dynamic/descriptor-set.js";
import type { DetailShape } from "../dynamic/detail-shape.js";
import type { DynamicErrorClass } from "../dynamic/dynamic-error-class.js";
import { protobufEsCodec } from "./codec.js";

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

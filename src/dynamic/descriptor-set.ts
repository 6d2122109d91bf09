import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Schema } from "../declaration/schema.js";
import { isBytes } from "../platform/bytes.js";
import { thrownText } from "../platform/values.js";

/**
 * Reads a descriptor set, which is what a buf image is, too.
 *
 * @throws Error if the bytes are none, or if files are missing that others import
 */
export function readDescriptorSet(descriptors: Uint8Array | FileDescriptorSet): Schema {
  try {
    const set = isBytes(descriptors) ? fromBinary(FileDescriptorSetSchema, descriptors) : descriptors;
    return new Schema(set.file);
  } catch (error) {
    throw new Error(`the descriptor set cannot be read: ${thrownText(error)}`, { cause: error });
  }
}

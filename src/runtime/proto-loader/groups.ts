import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type DescriptorProto,
  FeatureSetSchema,
  type FieldDescriptorProto,
  FieldOptionsSchema,
  FileDescriptorSetSchema,
  FeatureSet_MessageEncoding as MessageEncoding,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";

/**
 * Returns a descriptor set whose groups of proto2 have the feature that groups have in editions.
 *
 * In descriptors, protobufjs knows groups only by this feature, and encodes all others like messages.
 */
export function withMarkedGroups(descriptors: Uint8Array): Uint8Array {
  const set = fromBinary(FileDescriptorSetSchema, descriptors);
  const groups = set.file
    .filter(({ syntax }) => syntax === "" || syntax === "proto2")
    .flatMap(({ extension, messageType }) => [...extension, ...messageType.flatMap(fieldsIn)])
    .filter(({ type }) => type === Type.GROUP);
  if (groups.length === 0) return descriptors;
  for (const group of groups) {
    group.options ??= create(FieldOptionsSchema);
    group.options.features = create(FeatureSetSchema, { messageEncoding: MessageEncoding.DELIMITED });
  }
  return toBinary(FileDescriptorSetSchema, set);
}

/** Returns all fields and extensions in a message, at any depth. */
function fieldsIn({ field, extension, nestedType }: DescriptorProto): FieldDescriptorProto[] {
  return [...field, ...extension, ...nestedType.flatMap(fieldsIn)];
}

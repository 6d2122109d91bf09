import { clone, create, toBinary } from "@bufbuild/protobuf";
import { type DescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { loadFileDescriptorSetFromBuffer, type Options, type PackageDefinition } from "@grpc/proto-loader";
import { withStandardDetails } from "../declaration/schema.js";

/**
 * The standard details as `@grpc/proto-loader` has all messages, for errors that
 * have one of them without importing its file.
 *
 * @param property the property that holds a field
 */
export function standardDefinitions(options: Options, property: (fieldName: string) => string): PackageDefinition {
  const file = withStandardDetails([]).map((file) => clone(FileDescriptorProtoSchema, file));
  // proto-loader takes the names as they stand in descriptors.
  for (const { messageType } of file) rename(messageType, property);
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
  return loadFileDescriptorSetFromBuffer(Buffer.from(bytes), options);
}

function rename(messages: readonly DescriptorProto[], property: (fieldName: string) => string): void {
  for (const { field, nestedType } of messages) {
    for (const each of field) each.name = property(each.name);
    rename(nestedType, property);
  }
}

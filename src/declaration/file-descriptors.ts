import { create, type DescEnum, type DescFile, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { nestedTypes, usedTypes } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { FileDescriptors } from "../definition.js";
import { isStandardFile } from "./standard-detail-types.js";
import { trimFile } from "./trimmed-file.js";

/**
 * What is needed to read messages of some types, and nothing else; none if
 * every reader has it anyway.
 *
 * The same bytes, whichever compiler made the descriptors.
 */
export function fileDescriptorsOf(messages: readonly DescMessage[]): FileDescriptors | undefined {
  const types = new Set<DescMessage | DescEnum>();
  for (const message of messages) reach(message, types);
  const files = new Map<DescFile, FileDescriptorProto>();
  // By their names, because compilers have them in different orders.
  for (const file of [...types].map(({ file }) => file).sort(compareNames)) add(file, types, files);
  if (files.size === 0) return undefined;
  const set = create(FileDescriptorSetSchema, { file: [...files.values()] });
  return { base64: base64Encode(toBinary(FileDescriptorSetSchema, set)) };
}

function reach(type: DescMessage | DescEnum, types: Set<DescMessage | DescEnum>): void {
  if (types.has(type) || isStandardFile(type.file)) return;
  types.add(type);
  if (type.kind === "message") for (const used of usedTypes(type)) reach(used, types);
}

/** Adds a file after those that it imports. */
function add(
  file: DescFile,
  types: ReadonlySet<DescMessage | DescEnum>,
  files: Map<DescFile, FileDescriptorProto>,
): void {
  if (files.has(file) || isStandardFile(file)) return;
  const messages = [...nestedTypes(file)].filter((type) => type.kind === "message" && types.has(type));
  const used = messages.flatMap((type) => (type.kind === "message" ? [...usedTypes(type)] : []));
  const imports = [...new Set(used.map((type) => type.file))].filter((other) => other !== file).sort(compareNames);
  for (const imported of imports) add(imported, types, files);
  files.set(file, trimFile(file, imports, types));
}

function compareNames(a: DescFile, b: DescFile): number {
  return a.proto.name < b.proto.name ? -1 : a.proto.name > b.proto.name ? 1 : 0;
}

import {
  clearField,
  clone,
  create,
  type DescEnum,
  type DescFile,
  type DescMessage,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes, reflect, usedTypes } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  EnumValueDescriptorProtoSchema,
  type FeatureSet,
  FeatureSetSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FileOptionsSchema,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import type { FileDescriptors } from "../definition.js";
import { base64Encode } from "../platform/base64.js";
import { isStandardFile } from "./schema.js";

/**
 * The descriptors that a reader needs for messages of some types, and no others. Returns `undefined` if every reader
 * has them anyway.
 *
 * The bytes are the same for every compiler.
 */
export function fileDescriptorsOf(messages: readonly DescMessage[]): FileDescriptors | undefined {
  const types = new Set<DescMessage | DescEnum>();
  for (const message of messages) addReachable(message, types);
  const files = new Map<DescFile, FileDescriptorProto>();
  // Sorted, because the order differs between compilers.
  for (const file of [...types].map(({ file }) => file).sort(compareNames)) addFile(file, types, files);
  if (files.size === 0) return undefined;
  const set = create(FileDescriptorSetSchema, { file: [...files.values()] });
  return { base64: base64Encode(toBinary(FileDescriptorSetSchema, set)) };
}

/** Adds a type and the types of its fields. */
function addReachable(type: DescMessage | DescEnum, types: Set<DescMessage | DescEnum>): void {
  if (types.has(type) || isStandardFile(type.file)) return;
  types.add(type);
  if (type.kind === "message") for (const used of usedTypes(type)) addReachable(used, types);
}

type Types = ReadonlySet<DescMessage | DescEnum>;

/** Adds a file after its imports. */
function addFile(file: DescFile, types: Types, files: Map<DescFile, FileDescriptorProto>): void {
  if (files.has(file) || isStandardFile(file)) return;
  const messages = [...nestedTypes(file)].filter((type) => type.kind === "message" && types.has(type));
  const used = messages.flatMap((type) => (type.kind === "message" ? [...usedTypes(type)] : []));
  const imports = [...new Set(used.map((type) => type.file))].filter((other) => other !== file).sort(compareNames);
  for (const imported of imports) addFile(imported, types, files);
  files.set(file, trimFile(file, imports, types));
}

function compareNames(a: DescFile, b: DescFile): number {
  return a.proto.name < b.proto.name ? -1 : a.proto.name > b.proto.name ? 1 : 0;
}

/**
 * A file with some of its types, and only the parts of them that a reader needs: no comments, no services, and only
 * those options that change how a message is read.
 */
function trimFile(file: DescFile, imports: readonly DescFile[], types: Types): FileDescriptorProto {
  const { proto, edition } = file;
  const features = trimFeatures(proto.options?.features);
  return create(FileDescriptorProtoSchema, {
    name: proto.name,
    package: proto.package,
    dependency: imports.map((imported) => imported.proto.name),
    messageType: trimMessages(file.messages, types),
    enumType: trimEnums(file.enums, types),
    ...(features && { options: create(FileOptionsSchema, { features }) }),
    ...syntaxOf(edition),
  });
}

/** The fields for the syntax of a file. proto2 is left out, because only some compilers write it. */
function syntaxOf(edition: Edition): { syntax?: string; edition?: Edition } {
  if (edition === Edition.EDITION_PROTO2) return {};
  return edition === Edition.EDITION_PROTO3 ? { syntax: "proto3" } : { syntax: "editions", edition };
}

function trimMessages(messages: readonly DescMessage[], types: Types): DescriptorProto[] {
  return messages.map((message) => trimMessage(message, types)).filter((trimmed) => trimmed !== undefined);
}

function trimMessage(message: DescMessage, types: Types): DescriptorProto | undefined {
  const { proto } = message;
  const nestedType = trimMessages(message.nestedMessages, types);
  const enumType = trimEnums(message.nestedEnums, types);
  if (!types.has(message)) {
    // The fields go, but types inside the message need it as their parent.
    const isNeeded = nestedType.length > 0 || enumType.length > 0;
    return isNeeded ? create(DescriptorProtoSchema, { name: proto.name, nestedType, enumType }) : undefined;
  }
  const features = trimFeatures(proto.options?.features);
  return create(DescriptorProtoSchema, {
    name: proto.name,
    field: proto.field.map(trimField),
    nestedType: [...nestedType, ...proto.nestedType.filter((nested) => nested.options?.mapEntry).map(trimMapEntry)],
    enumType,
    oneofDecl: proto.oneofDecl.map(({ name }) => create(OneofDescriptorProtoSchema, { name })),
    ...(features && { options: create(MessageOptionsSchema, { features }) }),
  });
}

function trimMapEntry({ name, field }: DescriptorProto): DescriptorProto {
  const options = create(MessageOptionsSchema, { mapEntry: true });
  return create(DescriptorProtoSchema, { name, field: field.map(trimField), options });
}

function trimField(field: FieldDescriptorProto): FieldDescriptorProto {
  const trimmed = clone(FieldDescriptorProtoSchema, field);
  clearField(trimmed, FieldDescriptorProtoSchema.field.defaultValue);
  clearField(trimmed, FieldDescriptorProtoSchema.field.options);
  const features = trimFeatures(field.options?.features);
  if (features) trimmed.options = create(FieldOptionsSchema, { features });
  return trimmed;
}

function trimEnums(enums: readonly DescEnum[], types: Types): EnumDescriptorProto[] {
  return enums.filter((desc) => types.has(desc)).map(({ proto }) => trimEnum(proto));
}

function trimEnum({ name, value, options }: EnumDescriptorProto): EnumDescriptorProto {
  const features = trimFeatures(options?.features);
  return create(EnumDescriptorProtoSchema, {
    name,
    value: value.map(({ name, number }) => create(EnumValueDescriptorProtoSchema, { name, number })),
    ...((features || options?.allowAlias) && {
      options: create(EnumOptionsSchema, {
        ...(features && { features }),
        ...(options?.allowAlias && { allowAlias: true }),
      }),
    }),
  });
}

/** Keeps the features that change how a message is read. Returns `undefined` if there are none. */
function trimFeatures(features: FeatureSet | undefined): FeatureSet | undefined {
  if (!features) return undefined;
  const trimmed = create(FeatureSetSchema);
  const [from, to] = [reflect(FeatureSetSchema, features), reflect(FeatureSetSchema, trimmed)];
  const set = from.fields.filter((field) => READER_FEATURES.has(field.name) && from.isSet(field));
  for (const field of set) to.set(field, from.get(field));
  return set.length > 0 ? trimmed : undefined;
}

const READER_FEATURES = new Set(["field_presence", "enum_type", "utf8_validation", "message_encoding", "json_format"]);

import { create } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  Edition,
  type EnumDescriptorProto,
  EnumDescriptorProtoSchema,
  type FeatureSet,
  FeatureSetSchema,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
  FeatureSet_FieldPresence as FieldPresence,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
  FieldDescriptorProto_Label as Label,
  FeatureSet_MessageEncoding as MessageEncoding,
  type ServiceDescriptorProto,
  ServiceDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import protobuf from "protobufjs";
import type { Problems } from "../../declaration/problems.js";
import { COMPILE_INSTEAD } from "./proto-root.js";
import type { ProtoFile } from "./proto-text.js";

/**
 * Returns the descriptors of all files in a protobufjs root, without the options that declare errors.
 *
 * `Root.toDescriptor` does not suffice: it makes one file for each package, shortens names and drops `optional`.
 *
 * @param files the texts of the files. They tell which file declares an object, because protobufjs loses that after
 * `reserved name;` in an edition.
 */
export function fileDescriptors(
  root: protobuf.Root,
  files: readonly ProtoFile[],
  problems: Problems,
): FileDescriptorProto[] {
  const fileOfName = new Map(files.flatMap((file) => [...file.text.names].map((name) => [name, file] as const)));
  const descriptors = new Map<ProtoFile, FileDescriptorProto>();
  collect(root);
  return withDependencies([...descriptors.values()]);

  function collect(namespace: protobuf.NamespaceBase): void {
    for (const object of namespace.nestedArray) {
      if (object instanceof protobuf.Type) {
        descriptorOf(object)?.messageType.push(messageDescriptor(object, syntaxOf(object)));
      } else if (object instanceof protobuf.Enum) {
        descriptorOf(object)?.enumType.push(enumDescriptor(object));
      } else if (object instanceof protobuf.Field) {
        descriptorOf(object)?.extension.push(fieldDescriptor(object, syntaxOf(object)));
      } else if (object instanceof protobuf.Service) {
        descriptorOf(object)?.service.push(serviceDescriptor(object));
      } else if (object instanceof protobuf.Namespace) {
        collect(object);
      }
    }
  }

  function syntaxOf({ fullName }: protobuf.ReflectionObject): string {
    return fileOfName.get(fullName.slice(1))?.text.syntax ?? "proto3";
  }

  /** The descriptor of the file that declares an object; `undefined` for objects that are part of protobufjs. */
  function descriptorOf({ fullName, filename }: protobuf.ReflectionObject): FileDescriptorProto | undefined {
    const file = fileOfName.get(fullName.slice(1));
    if (!file) {
      if (!fullName.startsWith(".google.protobuf.")) {
        const mistake = `cannot find the file that declares ${fullName.slice(1)}`;
        problems.report({ file: filename ?? "" }, `${mistake}; ${COMPILE_INSTEAD}`);
      }
      return undefined;
    }
    let descriptor = descriptors.get(file);
    if (!descriptor) {
      const { name, text } = file;
      descriptor = create(FileDescriptorProtoSchema, { name, package: text.packageName, ...syntaxFields(text.syntax) });
      descriptors.set(file, descriptor);
    }
    return descriptor;
  }
}

function syntaxFields(syntax: string): { syntax: string; edition?: Edition } {
  if (syntax === "proto2" || syntax === "proto3") return { syntax };
  const edition = Edition[`EDITION_${syntax}` as keyof typeof Edition];
  return { syntax: "editions", edition };
}

/** The complete well-known files. protobufjs contains only parts of them. */
const WELL_KNOWN: readonly FileDescriptorProto[] = [
  file_google_protobuf_any,
  file_google_protobuf_api,
  file_google_protobuf_descriptor,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_source_context,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_type,
  file_google_protobuf_wrappers,
].map(({ proto }) => proto);

/** Returns the files and the well-known files that they import, each after its imports. */
function withDependencies(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map([...WELL_KNOWN, ...files].map((file) => [file.name, file]));
  const byType = new Map<string, string>();
  for (const { name, package: packageName, messageType, enumType } of byName.values()) {
    const scope = packageName === "" ? "" : `.${packageName}`;
    for (const type of [...messageType, ...enumType]) byType.set(`${scope}.${type.name}`, name);
  }
  for (const file of files) {
    const found = referredTypes(file).map((typeName) => fileOf(typeName));
    file.dependency = [...new Set(found)].filter((name) => name !== undefined && name !== file.name) as string[];
  }
  const ordered = new Set<FileDescriptorProto>();
  for (const file of files) add(file);
  return [...ordered];

  /** Finds the file of a type, also of one nested in another. */
  function fileOf(typeName: string): string | undefined {
    return byType.get(typeName) ?? (typeName === "" ? undefined : fileOf(typeName.slice(0, typeName.lastIndexOf("."))));
  }

  function add(file: FileDescriptorProto): void {
    if (ordered.has(file)) return;
    for (const name of file.dependency) {
      const imported = byName.get(name);
      if (imported) add(imported);
    }
    ordered.add(file);
  }
}

/** Returns the names of all types that a file refers to. */
function referredTypes({ messageType, extension, service }: FileDescriptorProto): string[] {
  const ofMethods = service.flatMap(({ method }) =>
    method.flatMap(({ inputType, outputType }) => [inputType, outputType]),
  );
  return [...extension.flatMap(typesInField), ...messageType.flatMap(typesInMessage), ...ofMethods];
}

function typesInMessage({ field, extension, nestedType }: DescriptorProto): string[] {
  return [...[...field, ...extension].flatMap(typesInField), ...nestedType.flatMap(typesInMessage)];
}

function typesInField({ typeName, extendee }: FieldDescriptorProto): string[] {
  return [typeName, extendee].filter((name) => name !== "");
}

/** Returns the descriptor of an enum, without options. */
function enumDescriptor({ name, values }: protobuf.Enum): EnumDescriptorProto {
  const value = Object.entries(values).map(([name, number]) => ({ name, number }));
  return create(EnumDescriptorProtoSchema, { name, value });
}

/** Returns the descriptor of a service, without the options of its methods. */
function serviceDescriptor({ name, methodsArray }: protobuf.Service): ServiceDescriptorProto {
  const method = methodsArray.map((method) => {
    const { resolvedRequestType, resolvedResponseType } = method.resolve() as protobuf.Method;
    return {
      name: method.name,
      inputType: resolvedRequestType?.fullName ?? "",
      outputType: resolvedResponseType?.fullName ?? "",
      clientStreaming: method.requestStream === true,
      serverStreaming: method.responseStream === true,
    };
  });
  return create(ServiceDescriptorProtoSchema, { name, method });
}

function messageDescriptor(type: protobuf.Type, syntax: string): DescriptorProto {
  // An `optional` field of proto3 has a oneof of its own, which comes after the others.
  const oneofs = [...type.oneofsArray].sort((a, b) => Number(isSynthetic(a)) - Number(isSynthetic(b)));
  const message = create(DescriptorProtoSchema, { name: type.name, oneofDecl: oneofs.map(({ name }) => ({ name })) });
  for (const field of type.fieldsArray) {
    if (field.declaringField) continue;
    const descriptor = fieldDescriptor(field, syntax);
    if (field.partOf) descriptor.oneofIndex = oneofs.indexOf(field.partOf);
    if (field instanceof protobuf.MapField) {
      const entry = mapEntry(field);
      descriptor.typeName = `${type.fullName}.${entry.name}`;
      message.nestedType.push(entry);
    }
    message.field.push(descriptor);
  }
  for (const object of type.nestedArray) {
    if (object instanceof protobuf.Type) message.nestedType.push(messageDescriptor(object, syntax));
    else if (object instanceof protobuf.Enum) message.enumType.push(enumDescriptor(object));
    else if (object instanceof protobuf.Field) message.extension.push(fieldDescriptor(object, syntax));
  }
  return message;
}

/** Returns the descriptor of a field or an extension. */
function fieldDescriptor(field: protobuf.FieldBase, syntax: string): FieldDescriptorProto {
  const { name, id: number, repeated, map, options = {}, extend } = field.resolve();
  const { json_name: jsonName, proto3_optional: proto3Optional }: Readonly<Record<string, unknown>> = options;
  const features = syntax.startsWith("proto") ? undefined : featuresOf(field);
  const debugRedact = options["debug_redact"] === true;
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    jsonName: typeof jsonName === "string" ? jsonName : protoCamelCase(name),
    label:
      repeated || map ? Label.REPEATED : is(field, "required") && syntax === "proto2" ? Label.REQUIRED : Label.OPTIONAL,
    ...(map ? { type: Type.MESSAGE } : typeOf(field)),
    ...(proto3Optional === true && { proto3Optional }),
    ...(extend !== undefined && { extendee: extendeeOf(field) }),
    ...((features || debugRedact) && {
      options: create(FieldOptionsSchema, { ...(features && { features }), ...(debugRedact && { debugRedact }) }),
    }),
  });
}

function isSynthetic({ fieldsArray: [only] }: protobuf.OneOf): boolean {
  return only?.options?.["proto3_optional"] === true;
}

function mapEntry(field: protobuf.MapField): DescriptorProto {
  const camel = protoCamelCase(field.name);
  return create(DescriptorProtoSchema, {
    // All compilers use this name.
    name: `${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}Entry`,
    field: [
      { name: "key", jsonName: "key", number: 1, label: Label.OPTIONAL, type: scalarType(field.keyType) },
      { name: "value", jsonName: "value", number: 2, label: Label.OPTIONAL, ...typeOf(field) },
    ],
    options: { mapEntry: true },
  });
}

function typeOf(field: protobuf.FieldBase): { type: Type; typeName?: string } {
  const { resolvedType, type } = field.resolve();
  if (!resolvedType) return { type: scalarType(type) };
  const typeName = resolvedType.fullName;
  if (resolvedType instanceof protobuf.Enum) return { type: Type.ENUM, typeName };
  return { type: is(field, "delimited") ? Type.GROUP : Type.MESSAGE, typeName };
}

function scalarType(name: string): Type {
  return Type[name.toUpperCase() as keyof typeof Type];
}

function extendeeOf(field: protobuf.FieldBase): string {
  return field.extensionField?.parent?.fullName ?? `.${field.extend}`;
}

/** Returns the features of a field, its own and inherited ones, that change how it is decoded. */
function featuresOf(field: protobuf.FieldBase): FeatureSet {
  const { resolvedType, repeated, map, partOf } = field;
  const isMessage = resolvedType instanceof protobuf.Type;
  const features = create(FeatureSetSchema);
  if (isMessage && is(field, "delimited")) features.messageEncoding = MessageEncoding.DELIMITED;
  if (repeated || map) return features;
  if (is(field, "required")) features.fieldPresence = FieldPresence.LEGACY_REQUIRED;
  else if (!isMessage && !partOf && !is(field, "hasPresence")) features.fieldPresence = FieldPresence.IMPLICIT;
  return features;
}

/** Reads a property of a field that the types of protobufjs lack. */
function is(field: protobuf.FieldBase, feature: "required" | "delimited" | "hasPresence"): boolean {
  return Reflect.get(field, feature) === true;
}

import {
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
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
} from "@bufbuild/protobuf/wkt";

/** What protobufjs brings along of `google.protobuf` is not whole. */
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

/** The files and those that they need of `google.protobuf`, each after what it imports. */
export function withDependencies(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map([...WELL_KNOWN, ...files].map((file) => [file.name, file]));
  const byType = new Map<string, string>();
  for (const { name, package: packageName, messageType, enumType } of byName.values()) {
    const scope = packageName === "" ? "" : `.${packageName}`;
    for (const type of [...messageType, ...enumType]) byType.set(`${scope}.${type.name}`, name);
  }
  for (const file of files) {
    const found = typeNames(file).map((typeName) => fileOf(typeName));
    file.dependency = [...new Set(found)].filter((name) => name !== undefined && name !== file.name) as string[];
  }
  const ordered = new Set<FileDescriptorProto>();
  for (const file of files) add(file);
  return [...ordered];

  /** The file of a type, which may be nested in another. */
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

/** The names of all types that are named in a file. */
function typeNames({ messageType, extension, service }: FileDescriptorProto): string[] {
  const ofMethods = service.flatMap(({ method }) =>
    method.flatMap(({ inputType, outputType }) => [inputType, outputType]),
  );
  return [...extension.flatMap(namesIn), ...messageType.flatMap(namesInMessage), ...ofMethods];
}

function namesInMessage({ field, extension, nestedType }: DescriptorProto): string[] {
  return [...[...field, ...extension].flatMap(namesIn), ...nestedType.flatMap(namesInMessage)];
}

function namesIn({ typeName, extendee }: FieldDescriptorProto): string[] {
  return [typeName, extendee].filter((name) => name !== "");
}

import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/** What has a name in a file, and the name. */
type Named = readonly [what: string, name: string];

/**
 * Checks that all names in descriptors are identifiers. Every compiler checks it, but descriptors may be made by hand.
 *
 * Names go into generated code as they are. Descriptors made by other programs may hold anything.
 *
 * @throws Error for the first name that is none, with its file
 */
export function checkIdentifiers(files: readonly FileDescriptorProto[]): void {
  for (const file of files) {
    const parts = file.package === "" ? [] : file.package.split(".");
    for (const part of parts) check(file, ["the package", part]);
    for (const named of namesIn(file)) check(file, named);
  }
}

function check(file: FileDescriptorProto, [what, name]: Named): void {
  if (IDENTIFIER.test(name)) return;
  const found = `${file.name}: the name ${JSON.stringify(name)} of ${what} is not an identifier`;
  throw new Error(`${found}; compile the file with buf or protoc`);
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

function* namesIn({ messageType, enumType, extension, service }: FileDescriptorProto): Iterable<Named> {
  for (const message of messageType) yield* namesInMessage(message);
  for (const desc of enumType) yield* namesInEnum(desc);
  for (const { name } of extension) yield ["an extension", name];
  for (const { name, method } of service) {
    yield ["a service", name];
    for (const { name } of method) yield ["a method", name];
  }
}

function* namesInMessage({
  name,
  field,
  oneofDecl,
  nestedType,
  enumType,
  extension,
}: DescriptorProto): Iterable<Named> {
  yield ["a message", name];
  for (const { name } of field) yield ["a field", name];
  for (const { name } of oneofDecl) yield ["a oneof", name];
  for (const message of nestedType) yield* namesInMessage(message);
  for (const desc of enumType) yield* namesInEnum(desc);
  for (const { name } of extension) yield ["an extension", name];
}

function* namesInEnum({ name, value }: EnumDescriptorProto): Iterable<Named> {
  yield ["an enum", name];
  for (const { name } of value) yield ["an enum value", name];
}

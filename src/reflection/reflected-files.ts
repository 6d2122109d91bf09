import { clone, create, fromBinary } from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";
import type { Catalog } from "../catalog.js";
import { standardFiles } from "../runtime/message-registry.js";

/**
 * Returns the files of some services, of the details in catalogs and of the standard details, so that they fit together:
 *
 * - Each type stands in one file: a standard one first, then one of the services, then one of the catalogs.
 * - References are full names, fields have names in JSON, and each file imports what it refers to. `@grpc/proto-loader`
 *   writes none of them.
 * - Fields that protobufjs adds to the options of `google/protobuf/descriptor.proto` for extensions are left out. Their
 *   names are no identifiers, and tools refuse files with them.
 */
export function reflectedFiles(
  services: readonly FileDescriptorProto[],
  catalogs: readonly Catalog[],
): FileDescriptorProto[] {
  const standard = [...standardFiles().map(({ proto }) => proto), statusFile()];
  const isOther = ({ name }: FileDescriptorProto) => !standard.some((file) => file.name === name);
  const others = distinct([...services, ...filesOfCatalogs(catalogs)].filter(isOther));
  const fileOf = new Map<string, FileDescriptorProto>();
  const own = [...standard, ...others].map((file) => withNewTypes(file, fileOf));
  for (const file of own) link(file, fileOf);
  const wanted = own.filter(({ name }) => others.some((file) => file.name === name) || IN_EVERY_ERROR.includes(name));
  return withImports(wanted.filter(hasContent), new Map(own.map((file) => [file.name, file])));
}

/** The standard files that tools need, whatever the services are. */
const IN_EVERY_ERROR: readonly string[] = [file_google_rpc_error_details.proto.name, "google/rpc/status.proto"];

/** Several catalogs may have the same file, each with the types that it needs. */
function distinct(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const byName = new Map<string, FileDescriptorProto>();
  for (const file of files) {
    const known = byName.get(file.name);
    if (!known) byName.set(file.name, clone(FileDescriptorProtoSchema, file));
    else {
      const isNew = ({ name }: { readonly name: string }) =>
        ![...known.messageType, ...known.enumType].some((type) => type.name === name);
      known.messageType.push(...file.messageType.filter(isNew));
      known.enumType.push(...file.enumType.filter(isNew));
    }
  }
  return [...byName.values()];
}

/** Returns a copy of a file with the types that no file before it has, and notes that it has them. */
function withNewTypes(given: FileDescriptorProto, fileOf: Map<string, FileDescriptorProto>): FileDescriptorProto {
  const file = clone(FileDescriptorProtoSchema, given);
  const isNew = ({ name }: { readonly name: string }) => !fileOf.has(inScope(file.package, name));
  file.messageType = file.messageType.filter(isNew);
  file.enumType = file.enumType.filter(isNew);
  for (const message of file.messageType) noteMessage(message, file.package, file, fileOf);
  for (const { name } of file.enumType) fileOf.set(inScope(file.package, name), file);
  return file;
}

function noteMessage(
  message: DescriptorProto,
  scope: string,
  file: FileDescriptorProto,
  fileOf: Map<string, FileDescriptorProto>,
): void {
  const name = inScope(scope, message.name);
  fileOf.set(name, file);
  nameMapEntries(message);
  for (const inner of message.enumType) fileOf.set(inScope(name, inner.name), file);
  for (const inner of message.nestedType) noteMessage(inner, name, file, fileOf);
}

/** Gives the entries of maps the names that compilers require: `LabelsEntry` for `labels`. protobufjs leaves out `Entry`. */
function nameMapEntries(message: DescriptorProto): void {
  for (const field of message.field) {
    const written = field.typeName.slice(field.typeName.lastIndexOf(".") + 1);
    const entry = message.nestedType.find(({ name, options }) => options?.mapEntry === true && name === written);
    if (!entry) continue;
    const camel = protoCamelCase(field.name);
    entry.name = `${camel.slice(0, 1).toUpperCase()}${camel.slice(1)}Entry`;
    field.typeName = field.typeName.slice(0, field.typeName.length - written.length) + entry.name;
  }
}

/** Makes the references of a file full names, and imports the files that they lead to. */
function link(file: FileDescriptorProto, fileOf: ReadonlyMap<string, FileDescriptorProto>): void {
  const imports = new Set<string>();
  const resolve = (reference: string, scope: string): string => {
    const name = fullName(reference, scope, fileOf);
    const target = fileOf.get(name);
    if (target && target !== file) imports.add(target.name);
    return `.${name}`;
  };
  const linkField = (field: FieldDescriptorProto, scope: string) => {
    if (field.typeName !== "") field.typeName = resolve(field.typeName, scope);
    if (field.extendee !== "") field.extendee = resolve(field.extendee, scope);
    field.jsonName ||= protoCamelCase(field.name);
  };
  const linkMessage = (message: DescriptorProto, outer: string) => {
    const scope = inScope(outer, message.name);
    message.field = message.field.filter(({ name }) => /^\w+$/.test(name));
    for (const field of [...message.field, ...message.extension]) linkField(field, scope);
    for (const inner of message.nestedType) linkMessage(inner, scope);
  };
  for (const message of file.messageType) linkMessage(message, file.package);
  for (const field of file.extension) linkField(field, file.package);
  for (const method of file.service.flatMap(({ method }) => method)) {
    method.inputType = resolve(method.inputType, file.package);
    method.outputType = resolve(method.outputType, file.package);
  }
  file.dependency = [...imports];
  file.publicDependency = [];
  file.weakDependency = [];
}

/** Returns the full name of a type, which a reference may leave to the scopes around it. */
function fullName(reference: string, scope: string, fileOf: ReadonlyMap<string, unknown>): string {
  if (reference.startsWith(".")) return reference.slice(1);
  for (let around = scope; around !== ""; around = around.slice(0, Math.max(0, around.lastIndexOf(".")))) {
    const name = `${around}.${reference}`;
    if (fileOf.has(name)) return name;
  }
  return reference;
}

function inScope(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
}

function hasContent({ messageType, enumType, service, extension }: FileDescriptorProto): boolean {
  return [messageType, enumType, service, extension].some((list) => list.length > 0);
}

/** Adds the files that some files import, before the files themselves. */
function withImports(
  files: readonly FileDescriptorProto[],
  byName: ReadonlyMap<string, FileDescriptorProto>,
): FileDescriptorProto[] {
  const all = new Set<FileDescriptorProto>();
  const open = new Set<FileDescriptorProto>();
  const visit = (file: FileDescriptorProto) => {
    if (open.has(file)) return;
    open.add(file);
    for (const name of file.dependency) {
      const imported = byName.get(name);
      if (imported) visit(imported);
    }
    all.add(file);
  };
  for (const file of files) visit(file);
  return [...all];
}

function filesOfCatalogs(catalogs: readonly Catalog[]): FileDescriptorProto[] {
  const found = new Set<string>();
  for (const catalog of catalogs) {
    for (const { definition } of catalog) if (definition.descriptors) found.add(definition.descriptors.base64);
  }
  return [...found].flatMap((base64) => fromBinary(FileDescriptorSetSchema, base64Decode(base64)).file);
}

/** @see https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
function statusFile(): FileDescriptorProto {
  const label = Label.OPTIONAL;
  const details = { type: Type.MESSAGE, typeName: ".google.protobuf.Any", label: Label.REPEATED };
  return create(FileDescriptorProtoSchema, {
    name: "google/rpc/status.proto",
    package: "google.rpc",
    syntax: "proto3",
    messageType: [
      {
        name: "Status",
        field: [
          { name: "code", jsonName: "code", number: 1, label, type: Type.INT32 },
          { name: "message", jsonName: "message", number: 2, label, type: Type.STRING },
          { name: "details", jsonName: "details", number: 3, ...details },
        ],
      },
    ],
  });
}

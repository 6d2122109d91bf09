import { create } from "@bufbuild/protobuf";
import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/** The standard details and their fields; what cannot stand in a message is a list here. */
const FIELDS = {
  BadRequest: { field_violations: "list" },
  DebugInfo: { stack_entries: "list", detail: "string" },
  Help: { links: "list" },
  LocalizedMessage: { locale: "string", message: "string" },
  PreconditionFailure: { violations: "list" },
  QuotaFailure: { violations: "list" },
  RequestInfo: { request_id: "string", serving_data: "string" },
  ResourceInfo: { resource_type: "string", resource_name: "string", owner: "string", description: "string" },
  RetryInfo: { retry_delay: "list" },
} as const satisfies Record<string, Record<string, "string" | "list">>;

/** The name of a standard detail, as the package exports it for generated code. */
export type StandardDetailName = keyof typeof FIELDS;

const PACKAGE = "google.rpc";

/** The name under which the package exports a message type to generated code, if it does. */
export function standardDetailName(typeName: string): StandardDetailName | undefined {
  const names = Object.keys(FIELDS) as StandardDetailName[];
  return names.find((name) => typeName === `${PACKAGE}.${name}`);
}

/**
 * The files, with the standard details that they lack in a file of their own.
 *
 * An error may have a standard detail without importing its file, as Kurrent's
 * errors do: a compiler would call the import unused.
 */
export function withStandardDetails(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const present = new Set(
    files.filter((file) => file.package === PACKAGE).flatMap((file) => file.messageType.map(({ name }) => name)),
  );
  const all: Readonly<Record<string, Readonly<Record<string, string>>>> = { ...FIELDS, ErrorInfo: {} };
  const lacking = create(FileDescriptorProtoSchema, {
    name: "protoc-gen-rich-errors/standard_details.proto",
    package: PACKAGE,
    syntax: "proto3",
    messageType: Object.entries(all)
      .filter(([name]) => !present.has(name))
      .map(([name, fields]) => ({
        name,
        field: Object.entries(fields).map(([field, kind], index) => fieldOf(field, kind, index + 1)),
      })),
  });
  return [lacking, ...files];
}

function fieldOf(name: string, kind: string, number: number): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, {
    name,
    number,
    type: FieldDescriptorProto_Type.STRING,
    label: kind === "list" ? FieldDescriptorProto_Label.REPEATED : FieldDescriptorProto_Label.OPTIONAL,
  });
}

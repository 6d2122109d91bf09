import { create, type DescFile } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  file_google_protobuf_duration,
} from "@bufbuild/protobuf/wkt";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";

const NAMES = [
  "BadRequest",
  "DebugInfo",
  "Help",
  "LocalizedMessage",
  "PreconditionFailure",
  "QuotaFailure",
  "RequestInfo",
  "ResourceInfo",
  "RetryInfo",
] as const;

/** The name of a standard detail, as the package exports it for generated code. */
export type StandardDetailName = (typeof NAMES)[number];

/** The name of the file that standard details are in where no file of the user's has them. */
const LACKING = "protoc-gen-rich-errors/standard_details.proto";

const { proto: STANDARD } = file_google_rpc_error_details;
const { proto: DURATION } = file_google_protobuf_duration;

/** The name under which the package exports a message type to generated code, if it does. */
export function standardDetailName(typeName: string): StandardDetailName | undefined {
  return NAMES.find((name) => typeName === `${STANDARD.package}.${name}`);
}

/** Tells whether every reader of messages has the types of a file. */
export function isStandardFile({ proto: { name } }: DescFile): boolean {
  return name === STANDARD.name || name === LACKING || name.startsWith("google/protobuf/");
}

/**
 * The files, with the standard details that they lack in a file of their own.
 *
 * An error may have a standard detail without importing its file, as Kurrent's
 * errors do: a compiler would call the import unused.
 */
export function withStandardDetails(files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const present = new Set(
    files
      .filter((file) => file.package === STANDARD.package)
      .flatMap(({ messageType }) => messageType.map(({ name }) => name)),
  );
  const lacking = create(FileDescriptorProtoSchema, {
    ...STANDARD,
    name: LACKING,
    messageType: STANDARD.messageType.filter(({ name }) => !present.has(name)),
  });
  const added = files.some(({ name }) => name === DURATION.name) ? [lacking] : [DURATION, lacking];
  return [...files, ...added];
}

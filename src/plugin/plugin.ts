import { create, type DescField, type DescFile, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  CodeGeneratorResponse_Feature,
  CodeGeneratorResponseSchema,
  Edition,
} from "@bufbuild/protobuf/wkt";
import type { DeclaredFile } from "../declaration/model.js";
import { hasControlCharacter, Problems, printable } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import { enumsOf, Schema } from "../declaration/schema.js";
import { thrownText } from "../platform/values.js";
import { emitFile } from "./emit-file.js";
import { richModulePath } from "./message-names.js";
import { checkGeneratedNames } from "./names.js";
import { DEFAULTS, type Options, parseOptions } from "./options.js";
import { checkDetail } from "./ts-proto-mismatches.js";

const SUPPORTED = {
  supportedFeatures: BigInt(
    CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
  ),
  minimumEdition: Edition.EDITION_PROTO2,
  maximumEdition: Edition.EDITION_2024,
};

/**
 * Generates a module beside that of ts-proto or protobuf-es for every requested file that declares errors, or whose methods list errors.
 *
 * If there are mistakes, the response lists all of them and has no file.
 */
export function generate(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const options = parseOptions(request.parameter);
  if (Array.isArray(options)) return failed(options.join("\n"));
  const schema = schemaOf(request);
  if (typeof schema === "string") return failed(schema);
  const requested = new Set(request.fileToGenerate);
  const files = schema.files.filter((file) => requested.has(file.proto.name));
  const problems = new Problems();
  const declared = readModules(files, schema, problems, options);
  checkModulePaths(declared, schema, problems);
  if (options.runtime === "ts-proto") checkEncodings(declared, schema, problems);
  if (problems.size > 0) return failed(problems.toString());
  const messageModules = messageModulesOf(options, schema);
  const output = declared.map((file) => emitFile(file, { ...options, messageModules }));
  return create(CodeGeneratorResponseSchema, { ...SUPPORTED, file: output });
}

/** The modules that the options give for files without errors. Such a module can only have the messages of the file. */
function messageModulesOf({ modules }: Options, schema: Schema): ReadonlyMap<string, string> {
  const hasErrors = (file: DescFile) =>
    enumsOf(file).some(({ values }) => values.some((value) => schema.isError(value)));
  const files = new Set(schema.files.filter((file) => !hasErrors(file)).map(({ proto }) => proto.name));
  return new Map([...modules].filter(([file]) => files.has(file)));
}

/** {@link generate} for a request and a response as bytes. Never throws. */
export function respond(request: Uint8Array): Uint8Array {
  return toBinary(CodeGeneratorResponseSchema, generateFrom(request));
}

function generateFrom(bytes: Uint8Array): CodeGeneratorResponse {
  let request: CodeGeneratorRequest;
  try {
    request = fromBinary(CodeGeneratorRequestSchema, bytes);
  } catch (error) {
    return failed(printable(`cannot decode the request: ${thrownText(error)}; run the plugin through buf or protoc`));
  }
  try {
    return generate(request);
  } catch (error) {
    return failed(
      `bug in protoc-gen-rich-errors, please report it: ${error instanceof Error ? error.stack : thrownText(error)}`,
    );
  }
}

/** Returns the files of a request, or why the plugin cannot read them: for example, an edition that is too new. */
function schemaOf(request: CodeGeneratorRequest): Schema | string {
  try {
    return new Schema(request.protoFile);
  } catch (error) {
    return printable(`cannot read the protos: ${thrownText(error)}`);
  }
}

function failed(error: string): CodeGeneratorResponse {
  return create(CodeGeneratorResponseSchema, { ...SUPPORTED, error });
}

/** Reads files as {@link readDeclaredFiles} does, and also reports mistakes that only generated code has. */
export function readModules(
  files: readonly DescFile[],
  schema: Schema,
  problems: Problems,
  options: Options = DEFAULTS,
): DeclaredFile[] {
  const declared = readDeclaredFiles(files, schema, problems);
  for (const file of declared) {
    checkGeneratedNames(file, options, schema, problems);
    for (const error of file.enums.flatMap(({ errors }) => errors)) checkDetail(error, options, schema, problems);
  }
  return declared;
}

/** Reports details that ts-proto's code writes and reads in another way than their protos say. */
function checkEncodings(declared: readonly DeclaredFile[], schema: Schema, problems: Problems): void {
  for (const { value, detail } of declared.flatMap(({ enums }) => enums.flatMap(({ errors }) => errors))) {
    const field = detail && delimitedField(detail);
    if (!field) continue;
    const mistake = `the detail of ${value.name} has the field ${field.parent.typeName}.${field.name} with the encoding DELIMITED`;
    const fix = "remove the feature, or generate the messages with protobuf-es and set runtime=es";
    problems.report(schema.place(value), `${mistake}, which ts-proto does not know in editions; ${fix}`);
  }
}

/** Finds a field of a message, or of a message in it, that an edition's feature encodes like a group. */
function delimitedField(message: DescMessage, seen = new Set<DescMessage>()): DescField | undefined {
  if (seen.has(message)) return undefined;
  seen.add(message);
  for (const field of message.fields) {
    const isDelimited = "delimitedEncoding" in field && field.delimitedEncoding;
    if (isDelimited && message.file.edition >= Edition.EDITION_2023) return field;
    const found = field.message && delimitedField(field.message, seen);
    if (found) return found;
  }
  return undefined;
}

/** Reports paths that a module cannot have, and paths that two modules would have. */
function checkModulePaths(declared: readonly DeclaredFile[], schema: Schema, problems: Problems): void {
  for (const { proto } of schema.files) {
    const mistake = mistakeIn(proto.name);
    if (mistake) problems.report({ file: proto.name }, `the path ${mistake}`);
  }
  const seen = new Map<string, string>();
  for (const { desc } of declared) {
    const path = richModulePath(desc);
    const first = seen.get(path);
    if (first === undefined) seen.set(path, desc.proto.name);
    else {
      const mistake = `${first} and ${desc.proto.name} would both generate the module ${path}.ts`;
      problems.report({ file: desc.proto.name }, `${mistake}; rename one of the files`);
    }
  }
}

/** Returns why a module cannot be written beside a file, or `undefined` if it can. */
function mistakeIn(path: string): string | undefined {
  if (hasControlCharacter(path)) return "contains a control character or a line break; rename the file";
  if (path.includes("\\")) return "contains a backslash; write / between folders";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return "contains an empty part, . or ..; write it relative to the folder of the import path";
  }
  return undefined;
}

import { create, type DescFile, fromBinary, toBinary } from "@bufbuild/protobuf";
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
import { Schema } from "../declaration/schema.js";
import { thrownText } from "../platform/values.js";
import { emitFile } from "./emit-file.js";
import { checkGeneratedNames, richModulePath } from "./names.js";
import { parseOptions } from "./options.js";

const SUPPORTED = {
  supportedFeatures: BigInt(
    CodeGeneratorResponse_Feature.PROTO3_OPTIONAL | CodeGeneratorResponse_Feature.SUPPORTS_EDITIONS,
  ),
  minimumEdition: Edition.EDITION_PROTO2,
  maximumEdition: Edition.EDITION_2024,
};

/** {@link generate} for requests and answers as bytes. Never throws. */
export function answer(request: Uint8Array): Uint8Array {
  return toBinary(CodeGeneratorResponseSchema, generateFrom(request));
}

/**
 * Answers what protoc or buf asks of `protoc-gen-rich-errors`: a module beside
 * ts-proto's for every file that declares errors, or says which a method may answer.
 *
 * If anything is wrong, the answer holds all that is, and no file.
 */
export function generate(request: CodeGeneratorRequest): CodeGeneratorResponse {
  const options = parseOptions(request.parameter);
  if (Array.isArray(options)) return failed(options.join("\n"));
  const schema = schemaOf(request);
  if (typeof schema === "string") return failed(schema);
  const asked = new Set(request.fileToGenerate);
  const files = schema.files.filter((file) => asked.has(file.proto.name));
  const problems = new Problems();
  const declared = readModules(files, schema, problems);
  checkModulePaths(declared, schema, problems);
  if (problems.size > 0) return failed(problems.toString());
  return create(CodeGeneratorResponseSchema, { ...SUPPORTED, file: declared.map((file) => emitFile(file, options)) });
}

function generateFrom(bytes: Uint8Array): CodeGeneratorResponse {
  let request: CodeGeneratorRequest;
  try {
    request = fromBinary(CodeGeneratorRequestSchema, bytes);
  } catch (error) {
    return failed(printable(`the request is not one of buf's or protoc's: ${thrownText(error)}`));
  }
  try {
    return generate(request);
  } catch (error) {
    return failed(
      `this is a bug of protoc-gen-rich-errors: ${error instanceof Error ? error.stack : thrownText(error)}`,
    );
  }
}

/** The files of a request, or why they cannot be read: an edition that is newer than this plugin. */
function schemaOf(request: CodeGeneratorRequest): Schema | string {
  try {
    return new Schema(request.protoFile);
  } catch (error) {
    return printable(`the protos cannot be read: ${thrownText(error)}`);
  }
}

function failed(error: string): CodeGeneratorResponse {
  return create(CodeGeneratorResponseSchema, { ...SUPPORTED, error });
}

/** Reads the files that modules are generated for, and reports mistakes in them and names that two things would share. */
export function readModules(files: readonly DescFile[], schema: Schema, problems: Problems): DeclaredFile[] {
  const declared = readDeclaredFiles(files, schema, problems);
  for (const file of declared) checkGeneratedNames(file, schema, problems);
  return declared;
}

/** Reports paths that no module can have, or that two modules would have. */
function checkModulePaths(declared: readonly DeclaredFile[], schema: Schema, problems: Problems): void {
  for (const { proto } of schema.files) {
    const mistake = mistakeIn(proto.name);
    if (mistake) problems.report({ file: proto.name }, `the path ${mistake}`);
  }
  const seen = new Map<string, string>();
  for (const { desc } of declared) {
    const path = richModulePath(desc);
    const twin = seen.get(path);
    if (twin === undefined) seen.set(path, desc.proto.name);
    else
      problems.report({ file: desc.proto.name }, `the module ${path}.ts would be written for ${twin}, too; rename one`);
  }
}

/** Finds the mistake in the path of a file. Answers nothing for a path beside which a module can be written and imported. */
function mistakeIn(path: string): string | undefined {
  if (hasControlCharacter(path)) return "holds a control character or a line break; rename the file";
  if (path.includes("\\")) return "holds a backslash; write / between folders";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return "leads out of the folder that it is looked up in; write it without . and .., relative to that folder";
  }
  return undefined;
}

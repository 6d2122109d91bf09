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
import { hasControlCharacter, oneOf, Problems, printable } from "../declaration/problems.js";
import { readDeclaredFiles } from "../declaration/read.js";
import { Schema } from "../declaration/schema.js";
import { thrownText } from "../platform/values.js";
import { emitFile } from "./emit-file.js";
import { checkGeneratedNames, richModulePath } from "./names.js";

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

/** What the user sets on the plugin, as `opt` in buf.gen.yaml or `--rich-errors_opt`. */
export interface Options {
  /** What import paths of ts-proto's files end with. By default, `.js`. */
  readonly importSuffix: string;
  /** The module that generated code imports the runtime from: a package's, or a path from the output's root. */
  readonly runtimeImport: string;
  /** The modules that errors of files outside of this output are imported from, by the paths of these files. */
  readonly modules: ReadonlyMap<string, string>;
}

const KNOWN = ["import_suffix", "runtime_import", "Mfile.proto=module"];

/**
 * Reads the parameter of a request: `"import_suffix=.js,runtime_import=../src/codegenv1.js"`.
 *
 * @returns the options, or what is wrong, one line each
 */
export function parseOptions(parameter: string): Options | string[] {
  const mistakes: string[] = [];
  let importSuffix = ".js";
  let runtimeImport = "grpc-rich-errors/codegenv1";
  const modules = new Map<string, string>();
  for (const part of parameter.split(",").map((part) => part.trim())) {
    const [name, ...rest] = part.split("=");
    const value = rest.join("=");
    if (part === "") continue;
    if (name === "import_suffix") {
      importSuffix = value;
      if (value !== "" && !/^\.\w+$/.test(value)) {
        mistakes.push(
          `the option import_suffix=${value} is no suffix; write import_suffix=.js, or import_suffix= for none`,
        );
      }
    } else if (name === "runtime_import") {
      runtimeImport = value;
      if (isNoModule(value)) {
        mistakes.push(
          `the option runtime_import=${value} is no module; write a package's or a path that begins with "."`,
        );
      }
    } else if (name?.startsWith("M")) {
      const file = name.slice(1);
      modules.set(file, value);
      if (!file.endsWith(".proto") || isNoModule(value)) {
        mistakes.push(
          `the option ${part} maps no file to a module; write one such as Mshop/v1/errors.proto=@shop/errors`,
        );
      }
    } else {
      mistakes.push(`the option ${part} is not known; the options are ${oneOf(KNOWN)}`);
    }
  }
  return mistakes.length > 0 ? mistakes.map(printable) : { importSuffix, runtimeImport, modules };
}

function isNoModule(text: string): boolean {
  return text === "" || /["'\s\\]/.test(text);
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

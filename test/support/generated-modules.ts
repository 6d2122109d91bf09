import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema } from "@bufbuild/protobuf/wkt";
import { inject } from "vitest";
import { generate } from "../../src/plugin/plugin.js";
import { compile, createWorkspace, type Protos, ROOT, runTool, writeFiles } from "../plugin/compile.js";

const TS_PROTO_OPTIONS = [
  "forceLong=bigint",
  "oneof=unions-value",
  "importSuffix=.js",
  "outputJsonMethods=false",
  "outputServices=grpc-js",
  "esModuleInterop=true",
];

/**
 * Generates the code of ts-proto and of the plugin for protos. Returns the folder of the modules, which is deleted after the
 * run of tests.
 *
 * @param tsProtoOptions options beside those that the package needs, such as `stringEnums=true`
 */
export async function generatedModules(protos: Protos, tsProtoOptions: readonly string[] = []): Promise<string> {
  const workspace = await createWorkspace(protos, inject("generatedFolder"));
  const folder = join(workspace, "gen");
  const template = {
    version: "v2",
    inputs: [{ directory: "proto", paths: Object.keys(protos).map((path) => `proto/${path}`) }],
    plugins: [{ local: "protoc-gen-ts_proto", out: "gen", opt: [...TS_PROTO_OPTIONS, ...tsProtoOptions] }],
  };
  await writeFile(join(workspace, "buf.gen.yaml"), JSON.stringify(template));
  const [{ protoFile, fileToGenerate }] = await Promise.all([
    compile(protos, "buf"),
    runTool("buf", ["generate"], workspace),
  ]);
  const { error, file } = generate(create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate }));
  if (error) throw new Error(error);
  await writeFiles(folder, Object.fromEntries(file.map(({ name, content }) => [name, content])));
  return folder;
}

/**
 * Generates the code of `protoc-gen-es` for protos. Returns the folder of the modules, which is deleted after the run
 * of tests.
 */
export async function esWorkspace(protos: Protos, options: readonly string[]): Promise<string> {
  const workspace = await createWorkspace(protos, inject("generatedFolder"));
  const template = {
    version: "v2",
    inputs: [{ directory: "proto", paths: Object.keys(protos).map((path) => `proto/${path}`) }],
    plugins: [{ local: "protoc-gen-es", out: "gen", opt: options, exclude_types: ["richerrors.v1"] }],
  };
  await writeFile(join(workspace, "buf.gen.yaml"), JSON.stringify(template));
  await runTool("buf", ["generate"], workspace);
  return join(workspace, "gen");
}

/** Compiles generated modules, and a module that uses them. Returns the mistakes that the compiler finds. */
export async function typeErrors(folder: string, consumer: string): Promise<string> {
  await writeFile(join(folder, "consumer.ts"), consumer);
  const config = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      rootDir: ROOT,
      // ts-proto's code does not comply with these options.
      noUnusedLocals: false,
      noPropertyAccessFromIndexSignature: false,
      paths: {
        "grpc-rich-errors/codegenv1": [join(ROOT, "src/codegenv1.ts")],
        "grpc-rich-errors/codegenv1/es": [join(ROOT, "src/codegenv1-es.ts")],
      },
    },
    include: ["."],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const { stdout } = await runTool("tsc", ["-p", "."], folder).catch((error: { stdout: string }) => error);
  return stdout;
}

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type CodeGeneratorResponse,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { findBuf } from "../../src/cli/input/buf.js";
import { generate } from "../../src/plugin/plugin.js";

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Protos by the paths under which they are imported. */
export type Protos = Readonly<Record<string, string>>;

const run = promisify(execFile);

/** Runs a command from node_modules. */
export function runTool(
  name: string,
  args: readonly string[],
  cwd: string,
): Promise<{ stdout: string; stderr: string }> {
  const bin = join(ROOT, "node_modules/.bin");
  return run(executables[name] ?? join(bin, name), args, {
    cwd,
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` },
  });
}

/** Compilers whose command in `node_modules/.bin` starts a Node of its own, which takes as long as they do. */
const executables: Readonly<Record<string, string | undefined>> = { buf: findBuf(ROOT), protoc: findProtoc() };

function findProtoc(): string | undefined {
  const folder = join(ROOT, "node_modules/protoc");
  const assets: readonly Record<string, string>[] = JSON.parse(readFileSync(join(folder, "assets.json"), "utf8"));
  const asset = assets.find(({ arch, platform }) => arch === process.arch && platform === process.platform);
  return asset && join(folder, "bin", asset["executable"] ?? "");
}

/** Runs a function in a buf workspace with the given protos and the annotations, and deletes the workspace. */
async function withWorkspace<T>(protos: Protos, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await createWorkspace(protos, tmpdir());
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Creates a buf workspace with the given protos and the annotations. */
export async function createWorkspace(protos: Protos, parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "plugin-"));
  await cp(join(ROOT, "proto"), join(folder, "proto"), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
  await writeFiles(join(folder, "proto"), protos);
  return folder;
}

/** Writes files, given by their paths relative to a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** The request that a compiler sends to the plugin for protos. */
export function compile(protos: Protos, compiler: "buf" | "protoc" = "protoc"): Promise<CodeGeneratorRequest> {
  return withWorkspace(protos, async (folder) => {
    const set = join(folder, "set.binpb");
    const names = Object.keys(protos);
    if (compiler === "buf") {
      await runTool("buf", ["build", "-o", set, ...names.flatMap((name) => ["--path", `proto/${name}`])], folder);
    } else {
      const flags = ["-Iproto", "--include_imports", "--include_source_info", `--descriptor_set_out=${set}`];
      await runTool("protoc", [...flags, ...names], folder);
    }
    const { file } = fromBinary(FileDescriptorSetSchema, await readFile(set));
    return create(CodeGeneratorRequestSchema, { protoFile: file, fileToGenerate: names });
  });
}

/** Runs the plugin on protos. */
export async function generateFrom(protos: Protos, parameter = ""): Promise<CodeGeneratorResponse> {
  const { protoFile, fileToGenerate } = await compile(protos);
  return generate(create(CodeGeneratorRequestSchema, { protoFile, fileToGenerate, parameter }));
}

/** The module that the plugin generates for a proto. */
export async function moduleOf(proto: string, parameter = ""): Promise<string> {
  const { error, file } = await generateFrom({ "shop.proto": proto }, parameter);
  if (error) throw new Error(error);
  return file[0]?.content ?? "";
}

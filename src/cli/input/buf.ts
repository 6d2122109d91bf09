import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { createFileRegistry, fromBinary, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { thrownText } from "../../platform/values.js";
import type { Terminal } from "../output/terminal.js";
import { Failure } from "./command.js";
import { type ProgramRun, runProgram } from "./program.js";

/** Compiled protos. */
export interface Image {
  /** Every file, after the files that it imports. */
  readonly files: readonly FileDescriptorProto[];
  /** The names of the files to list. The others are imports. */
  readonly targets: ReadonlySet<string>;
}

/** The reason why buf cannot compile protos. */
export interface BuildFailure {
  readonly mistakes: readonly Mistake[];
  /** The rest of buf's output. */
  readonly text: string;
}

/** A mistake that the compiler found in a proto. */
export interface Mistake {
  /** The absolute path of the file. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** The maximum size of an image in bytes, also after it is unzipped. */
export const MAX_IMAGE_BYTES = 2 ** 27;

/** Runs `buf build` in a folder. */
export async function buildImage(
  args: readonly string[],
  folder: string,
  terminal: Terminal,
): Promise<Image | BuildFailure> {
  // The input is always ".": buf takes a path such as "a.git" or "-x" for something else than a folder.
  const all = ["build", ".", ...args, "--error-format", "json", "-o", "-#format=binpb"];
  const { succeeded, stdout, stderr } = await runBuf(all, folder, terminal);
  return succeeded ? readImage(stdout, "the output of buf build") : failureOf(stderr, folder);
}

/**
 * Runs buf: the one in the nearest `node_modules/.bin`, or else the one on PATH.
 *
 * @throws Failure if buf is not installed
 */
export async function runBuf(args: readonly string[], folder: string, terminal: Terminal): Promise<ProgramRun> {
  try {
    return await runProgram(findBuf(terminal.cwd()) ?? "buf", args, { folder, env: terminal.env });
  } catch (error) {
    throw notStarted(error);
  }
}

/** Returns the path of buf in the nearest `node_modules` of a folder or of one above it. */
export function findBuf(folder: string): string | undefined {
  const path = join(folder, "node_modules/.bin/buf");
  if (existsSync(path)) return executableOf(path);
  const parent = dirname(folder);
  return parent === folder ? undefined : findBuf(parent);
}

/** The command in npm's package starts a Node of its own, which takes as long as buf itself. So its executable is called. */
function executableOf(command: string): string {
  // command is a link to @bufbuild/buf/bin/buf, and @bufbuild/buf-linux-x64 stands beside @bufbuild/buf.
  const packages = resolve(realpathSync(command), "../../..");
  const system = `buf-${process.platform}-`;
  const executables = readdirSync(packages)
    .filter((name) => name.startsWith(system))
    .map((name) => join(packages, name, "bin/buf"))
    .filter((path) => existsSync(path));
  const [executable] = executables;
  return executable !== undefined && executables.length === 1 ? executable : command;
}

function notStarted(error: unknown): Failure {
  const message =
    `buf, which compiles directories, does not start (${thrownText(error)}); ` +
    "run npm install --save-dev @bufbuild/buf, or pass an image from protoc " +
    "--include_imports --include_source_info --descriptor_set_out=errors.binpb";
  return Failure.usage(message, { cause: error });
}

function failureOf(stderr: string, folder: string): BuildFailure {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== "");
  const [mistakes, others] = [lines.filter(isMistake), lines.filter((line) => !isMistake(line))];
  return {
    mistakes: mistakes.map((line) => {
      const { path, start_line, start_column, message }: Record<string, unknown> = JSON.parse(line);
      const place = { line: Number(start_line), column: Number(start_column) };
      return { path: resolve(folder, String(path)), ...place, text: String(message) };
    }),
    text: others.map((line) => line.replace(/^Failure: /, "")).join("\n"),
  };
}

function isMistake(line: string): boolean {
  return line.startsWith('{"path":');
}

/**
 * Reads an image from buf or a `google.protobuf.FileDescriptorSet` from protoc: binary or JSON, gzipped or not.
 *
 * A descriptor set does not say which of its files are imports. All of them become targets.
 *
 * @param name the name of the image in messages
 * @throws Failure if the bytes are neither
 */
export function readImage(bytes: Uint8Array, name: string): Image {
  const notAnImage = `${name} is neither an image from buf nor a descriptor set from protoc`;
  let image: Image;
  try {
    const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const unzipped = isGzipped ? gunzipSync(bytes, { maxOutputLength: MAX_IMAGE_BYTES }) : bytes;
    image = isJson(unzipped) ? imageOfJson(unzipped) : imageOfBinary(unzipped);
  } catch (error) {
    throw Failure.usage(`${notAnImage}: ${thrownText(error)}`, { cause: error });
  }
  if (image.files.length > 0) return image;
  throw Failure.usage(bytes.length === 0 ? `${name} is empty` : `${notAnImage}: it contains no files`);
}

/** Checks whether an image is JSON. An editor may have put a byte order mark before it. */
function isJson(bytes: Uint8Array): boolean {
  const [first, ...next] = bytes.subarray(0, 4);
  const [brace, mark] = ["{".charCodeAt(0), 0xef];
  return first === brace || (first === mark && next[2] === brace);
}

function imageOfBinary(bytes: Uint8Array): Image {
  const { file: files } = fromBinary(FileDescriptorSetSchema, bytes);
  return { files, targets: namesOf(files.filter((file) => !isImport(file))) };
}

function imageOfJson(bytes: Uint8Array): Image {
  const json: JsonValue = JSON.parse(new TextDecoder().decode(bytes));
  // Custom options are JSON, too. Their descriptors are in the image itself, so it is read twice.
  const plain = fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true });
  const registry = createFileRegistry(plain);
  const { file: files } = fromJson(FileDescriptorSetSchema, json, { ignoreUnknownFields: true, registry });
  const entries = memberOf(json, "file");
  const isTarget = (_: unknown, index: number) => {
    const extension = memberOf(memberOf(entries, String(index)), "bufExtension", "buf_extension");
    return memberOf(extension, "isImport", "is_import") !== true;
  };
  return { files, targets: namesOf(files.filter(isTarget)) };
}

function namesOf(files: readonly FileDescriptorProto[]): Set<string> {
  return new Set(files.map(({ name }) => name));
}

/**
 * Checks whether buf marks a file as an import.
 *
 * @see https://buf.build/bufbuild/buf/docs/main:buf.alpha.image.v1 (ImageFile)
 */
function isImport(file: FileDescriptorProto): boolean {
  const extension = file.$unknown?.find(({ no, wireType }) => no === 8042 && wireType === WireType.LengthDelimited);
  if (!extension) return false;
  const reader = new BinaryReader(new BinaryReader(extension.data).bytes());
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (no === 1 && wireType === WireType.Varint) return reader.bool();
    reader.skip(wireType, no);
  }
  return false;
}

/** A member of a JSON object by the first of its possible names. */
function memberOf(json: unknown, ...names: readonly string[]): unknown {
  const name = names.find((name) => Object.hasOwn(Object(json), name));
  return name === undefined ? undefined : Reflect.get(Object(json), name);
}

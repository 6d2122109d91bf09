/**
 * Catalogs from protos at run time, for users of `@grpc/proto-loader`.
 *
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Edition } from "@bufbuild/protobuf/wkt";
import * as protoLoader from "@grpc/proto-loader";
import { loadFileDescriptorSetFromBuffer, type Options, type PackageDefinition } from "@grpc/proto-loader";
import type { Catalog } from "../../catalog.js";
import { Problems } from "../../declaration/problems.js";
import { Schema } from "../../declaration/schema.js";
import { checkOptions, type OptionNames } from "../../platform/options.js";
import { thrownText } from "../../platform/values.js";
import { buildCatalog, type DynamicErrorClass, readDescriptorSet } from "../catalog.js";
import { addAnnotations } from "./annotations.js";
import { fileDescriptors } from "./descriptors.js";
import { withMarkedGroups } from "./groups.js";
import { ProtoLoaderMessages } from "./messages.js";
import { COMPILE_INSTEAD, loadError, ProtoRoot, rootOf } from "./proto-root.js";
import { type ProtoFile, readProtoText } from "./proto-text.js";

export type { DynamicErrorClass };

/** The services of protos, and the errors that they declare. */
export interface LoadResult {
  /** The result of `@grpc/proto-loader`. */
  readonly packageDefinition: PackageDefinition;
  /** All errors of the files and of the files that they import. */
  readonly catalog: Catalog<DynamicErrorClass>;
}

/**
 * Loads protos like `load` of `@grpc/proto-loader`, together with the errors that they declare.
 *
 * ```ts
 * const { packageDefinition, catalog } = await load("shop/v1/orders.proto", {
 *   includeDirs: ["proto", "node_modules/grpc-rich-errors/proto"],
 * });
 * const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
 * ```
 *
 * - Details look like all other messages: the options decide how.
 * - The function reads the files a second time, because proto-loader keeps neither annotations nor comments.
 *
 * @throws TypeError for an option that proto-loader does not know
 * @throws Error if a file cannot be parsed, with the name of the file
 * @throws Error if the protos contain mistakes: one line for each, with file and line
 */
export async function load(filename: string | string[], options: Options = {}): Promise<LoadResult> {
  checkLoadOptions("load", options);
  const packageDefinition = await protoLoader.load(filename, options).catch((error: unknown) => {
    throw loadError(error, filename, options.includeDirs);
  });
  const root = new ProtoRoot(options.includeDirs);
  await root.load(filename, { keepCase: true });
  const texts = await Promise.all(pathsOf(root).map((path) => readFile(path, "utf8")));
  return loaded(filename, options, packageDefinition, root, texts);
}

/** {@link load}, but synchronous. */
export function loadSync(filename: string | string[], options: Options = {}): LoadResult {
  checkLoadOptions("loadSync", options);
  const packageDefinition = packageDefinitionOf(filename, options);
  const root = new ProtoRoot(options.includeDirs);
  root.loadSync(filename, { keepCase: true });
  const texts = pathsOf(root).map((path) => readFileSync(path, "utf8"));
  return loaded(filename, options, packageDefinition, root, texts);
}

function packageDefinitionOf(filename: string | string[], options: Options): PackageDefinition {
  try {
    return protoLoader.loadSync(filename, options);
  } catch (error) {
    throw loadError(error, filename, options.includeDirs);
  }
}

/** The paths of all files except those that are part of protobufjs. */
function pathsOf({ files, names }: ProtoRoot): string[] {
  return files.filter((path) => names.has(path));
}

function loaded(
  filename: string | string[],
  options: Options,
  packageDefinition: PackageDefinition,
  root: ProtoRoot,
  texts: readonly string[],
): LoadResult {
  const files = pathsOf(root).map((path, index) => protoFile(root.names.get(path) ?? path, texts[index] ?? ""));
  root.resolveAll();
  const problems = new Problems();
  const descriptors = fileDescriptors(root, files, problems);
  addAnnotations(descriptors, files, problems);
  const messages = new ProtoLoaderMessages({
    packageDefinition,
    options,
    keepCase: options.keepCase ?? false,
    fromDescriptors: false,
    root: () => new ProtoRoot(options.includeDirs).loadSync(filename, options),
  });
  return { packageDefinition, catalog: buildCatalog(new Schema(descriptors), messages, problems) };
}

function protoFile(name: string, text: string): ProtoFile {
  if (text.startsWith("{")) {
    throw new Error(
      `${name} is a JSON file of protobufjs, which lacks parts of annotations; load the .proto files, or ${COMPILE_INSTEAD}`,
    );
  }
  return { name, text: readProtoText(text) };
}

/**
 * Loads a descriptor set like `loadFileDescriptorSetFromBuffer` of `@grpc/proto-loader`, together with the errors that it
 * declares.
 *
 * - Details look like all other messages: the options decide how. Fields keep the names that the proto gives them.
 * - Documentation comes from the comments of the protos, if the set includes source info.
 *
 * @throws TypeError for an option that proto-loader does not know
 * @throws Error if the bytes are not a descriptor set, if an imported file is missing, or if the protos contain mistakes:
 * one line for each mistake, with file and line
 */
export function loadDescriptorSet(descriptors: Uint8Array, options: Options = {}): LoadResult {
  checkLoadOptions("loadDescriptorSet", options);
  const schema = readDescriptorSet(descriptors);
  const marked = withMarkedGroups(descriptors);
  const { buffer, byteOffset, length } = marked;
  const packageDefinition = checkEditions(schema, () =>
    loadFileDescriptorSetFromBuffer(Buffer.from(buffer, byteOffset, length), options),
  );
  const messages = new ProtoLoaderMessages({
    packageDefinition,
    options,
    // From a descriptor set, proto-loader takes field names as they are.
    keepCase: true,
    fromDescriptors: true,
    root: () => rootOf(marked),
  });
  return { packageDefinition, catalog: buildCatalog(schema, messages, new Problems()) };
}

/** Names the file and the way out if proto-loader fails at an edition. Its own error says neither. */
function checkEditions({ files }: Schema, load: () => PackageDefinition): PackageDefinition {
  try {
    return load();
  } catch (error) {
    const newer = files.find(({ edition }) => edition > Edition.EDITION_2023);
    if (!newer) throw error;
    const mistake = `${newer.proto.name} uses an edition that protobufjs does not support (${thrownText(error)})`;
    throw new Error(`${mistake}; load the set with catalogFromDescriptorSet from grpc-rich-errors/protobuf-es`, {
      cause: error,
    });
  }
}

/** The options of `@grpc/proto-loader`. */
const OPTIONS: OptionNames<Options> = {
  keepCase: true,
  alternateCommentMode: true,
  preferTrailingComment: true,
  longs: true,
  enums: true,
  bytes: true,
  defaults: true,
  arrays: true,
  objects: true,
  oneofs: true,
  json: true,
  includeDirs: true,
};

/** @throws TypeError for an unknown option, which proto-loader would ignore */
function checkLoadOptions(where: string, options: Options): void {
  checkOptions(where, options, OPTIONS);
}

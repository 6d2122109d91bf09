import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Edition } from "@bufbuild/protobuf/wkt";
import * as protoLoader from "@grpc/proto-loader";
import { loadFileDescriptorSetFromBuffer, type Options, type PackageDefinition } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import type { Catalog } from "../../catalog.js";
import { Problems } from "../../declaration/problems.js";
import { Schema } from "../../declaration/schema.js";
import { type DynamicErrorClass, declaredCatalog, readDescriptorSet } from "../catalog.js";
import { annotate } from "./annotate.js";
import { readProtoText } from "./proto-text.js";
import { rootFiles } from "./root-files.js";
import { ProtoLoaderShape } from "./shape.js";
import { INSTEAD, loadError, type SourceFile, SourceRoot } from "./source-root.js";
import "protobufjs/ext/descriptor/index.js";
import { checkOptions, type OptionNames } from "../../platform/options.js";
import { thrownText } from "../../platform/values.js";

/** What was loaded: the services, and the errors that are declared beside them. */
export interface Loaded {
  /** What `@grpc/proto-loader` answers. */
  readonly packageDefinition: PackageDefinition;
  /** All errors of the files, and of those that they import. */
  readonly catalog: Catalog<DynamicErrorClass>;
}

/**
 * Loads protos as `load` of `@grpc/proto-loader` does, with the errors that they declare.
 *
 * ```ts
 * const { packageDefinition, catalog } = await load("shop/v1/orders.proto", {
 *   includeDirs: ["proto", "node_modules/grpc-rich-errors/proto"],
 * });
 * const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
 * ```
 *
 * - Details look like all other messages do: as the options say.
 * - The files are read a second time, because proto-loader keeps neither annotations nor comments.
 *
 * @throws TypeError for an option that proto-loader does not know
 * @throws Error if a file cannot be read, with the file; or if errors are declared wrongly, or methods name others than
 * are declared: with all that is wrong, one line each, with file and line
 */
export async function load(filename: string | string[], options: Options = {}): Promise<Loaded> {
  checkLoadOptions("load", options);
  const packageDefinition = await protoLoader.load(filename, options).catch((error: unknown) => {
    throw loadError(error, filename, options.includeDirs);
  });
  const root = new SourceRoot(options.includeDirs);
  await root.load(filename, { keepCase: true });
  const texts = await Promise.all(pathsOf(root).map((path) => readFile(path, "utf8")));
  return loaded(filename, options, packageDefinition, root, texts);
}

/** {@link load}, but synchronous. */
export function loadSync(filename: string | string[], options: Options = {}): Loaded {
  checkLoadOptions("loadSync", options);
  const packageDefinition = loadDefinitionSync(filename, options);
  const root = new SourceRoot(options.includeDirs);
  root.loadSync(filename, { keepCase: true });
  const texts = pathsOf(root).map((path) => readFileSync(path, "utf8"));
  return loaded(filename, options, packageDefinition, root, texts);
}

function loadDefinitionSync(filename: string | string[], options: Options): PackageDefinition {
  try {
    return protoLoader.loadSync(filename, options);
  } catch (error) {
    throw loadError(error, filename, options.includeDirs);
  }
}

/** Where the files are that were not brought along by protobufjs. */
function pathsOf({ files, names }: SourceRoot): string[] {
  return files.filter((path) => names.has(path));
}

function loaded(
  filename: string | string[],
  options: Options,
  packageDefinition: PackageDefinition,
  root: SourceRoot,
  texts: readonly string[],
): Loaded {
  const sources = pathsOf(root).map((path, index) => sourceFile(root.names.get(path) ?? path, texts[index] ?? ""));
  root.resolveAll();
  const problems = new Problems();
  const files = rootFiles(root, sources, problems);
  annotate(files, sources, problems);
  const shape = new ProtoLoaderShape({
    packageDefinition,
    options,
    keepCase: options.keepCase ?? false,
    root: () => new SourceRoot(options.includeDirs).loadSync(filename, options),
  });
  return { packageDefinition, catalog: declaredCatalog(new Schema(files), shape, problems) };
}

function sourceFile(name: string, text: string): SourceFile {
  if (text.startsWith("{")) {
    throw new Error(
      `${name} is a JSON of protobufjs, which lacks parts of annotations; load the .proto files, or ${INSTEAD}`,
    );
  }
  return { name, text: readProtoText(text) };
}

/**
 * Loads a descriptor set as `loadFileDescriptorSetFromBuffer` of `@grpc/proto-loader` does, with the errors that it
 * declares.
 *
 * - Details look like all other messages do: as the options say, with fields under their names of the proto.
 * - Documentation comes from comments, which the set has if it has source info.
 *
 * @throws TypeError for an option that proto-loader does not know
 * @throws Error if the bytes are no descriptor set, if files are missing that others import, or if errors are
 * declared wrongly: then with all that is wrong, one line each, with file and line
 */
export function loadDescriptorSet(descriptors: Uint8Array, options: Options = {}): Loaded {
  checkLoadOptions("loadDescriptorSet", options);
  const schema = readDescriptorSet(descriptors);
  const { buffer, byteOffset, length } = descriptors;
  const packageDefinition = definitionOf(schema, () =>
    loadFileDescriptorSetFromBuffer(Buffer.from(buffer, byteOffset, length), options),
  );
  const shape = new ProtoLoaderShape({
    packageDefinition,
    options,
    // proto-loader has no other names for what comes from descriptors.
    keepCase: true,
    root: () => rootOf(descriptors),
  });
  return { packageDefinition, catalog: declaredCatalog(schema, shape, new Problems()) };
}

/** What proto-loader reads; where it does not know an edition, its error names neither the file nor a way out. */
function definitionOf({ files }: Schema, load: () => PackageDefinition): PackageDefinition {
  try {
    return load();
  } catch (error) {
    const newer = files.find(({ edition }) => edition > Edition.EDITION_2023);
    if (!newer) throw error;
    const found = `${newer.proto.name} is of an edition that protobufjs does not know (${thrownText(error)})`;
    throw new Error(`${found}; read the set with catalogFromDescriptorSet of grpc-rich-errors/protobuf-es`, {
      cause: error,
    });
  }
}

function rootOf(descriptors: Uint8Array): protobuf.Root {
  // The extension for descriptors gives Root this method, and does not say so in its types.
  const { fromDescriptor } = protobuf.Root as unknown as { fromDescriptor(set: Uint8Array): protobuf.Root };
  return fromDescriptor(descriptors);
}

/** What `@grpc/proto-loader` takes: protobufjs's options for parsing and conversion, and where to look for files. */
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

/** @throws TypeError for an option that proto-loader passes over in silence */
function checkLoadOptions(where: string, options: Options): void {
  checkOptions(where, options, OPTIONS);
}

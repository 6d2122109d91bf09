import { Edition } from "@bufbuild/protobuf/wkt";
import { loadFileDescriptorSetFromBuffer, type Options, type PackageDefinition } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor/index.js";
import { Problems } from "../declaration/problems.js";
import type { Schema } from "../declaration/schema.js";
import { declaredCatalog } from "../dynamic/declared-catalog.js";
import { readDescriptorSet } from "../dynamic/descriptor-set.js";
import { thrownText } from "../platform/values.js";
import { ProtoLoaderShape } from "./detail-shape.js";
import type { Loaded } from "./load.js";
import { checkLoadOptions } from "./load-options.js";

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

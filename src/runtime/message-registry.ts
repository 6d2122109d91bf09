import {
  create,
  createFileRegistry,
  createRegistry,
  type DescFile,
  fromBinary,
  fromJson,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";
import type { Catalog } from "../catalog.js";
import type { Definition, FileDescriptors } from "../definition.js";
import type { ErrorDetail, JsonDetail } from "../detail/detail.js";
import { base64Decode, base64Encode } from "../platform/base64.js";

/**
 * Returns a registry of the message types in descriptors, the standard details and `google.protobuf`.
 *
 * A look-up reads descriptors on demand, and only once. Malformed descriptors have no types.
 */
export function typesOf(descriptors: Iterable<FileDescriptors>): Registry {
  const all = [...descriptors];
  function* inOrder(): Generator<Registry> {
    yield standardTypes();
    for (const one of all) yield registryOf(one);
  }
  function find<T>(pick: (registry: Registry) => T | undefined): T | undefined {
    for (const registry of inOrder()) {
      const found = pick(registry);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return {
    kind: "registry",
    get: (name) => find((registry) => registry.get(name)),
    getMessage: (name) => find((registry) => registry.getMessage(name)),
    getEnum: (name) => find((registry) => registry.getEnum(name)),
    getExtension: (name) => find((registry) => registry.getExtension(name)),
    getExtensionFor: (message, number) => find((registry) => registry.getExtensionFor(message, number)),
    getService: (name) => find((registry) => registry.getService(name)),
    *[Symbol.iterator]() {
      for (const registry of inOrder()) yield* registry;
    },
  };
}

/** The files that descriptors leave out, because every reader has them. */
export function standardFiles(): readonly DescFile[] {
  return [
    file_google_rpc_error_details,
    wkt.file_google_protobuf_any,
    wkt.file_google_protobuf_api,
    wkt.file_google_protobuf_descriptor,
    wkt.file_google_protobuf_duration,
    wkt.file_google_protobuf_empty,
    wkt.file_google_protobuf_field_mask,
    wkt.file_google_protobuf_source_context,
    wkt.file_google_protobuf_struct,
    wkt.file_google_protobuf_timestamp,
    wkt.file_google_protobuf_type,
    wkt.file_google_protobuf_wrappers,
  ];
}

let standard: Registry | undefined;

function standardTypes(): Registry {
  standard ??= createRegistry(...standardFiles());
  return standard;
}

const registries = new WeakMap<FileDescriptors, Registry>();

function registryOf(descriptors: FileDescriptors): Registry {
  let registry = registries.get(descriptors);
  if (!registry) {
    try {
      registry = read(descriptors);
    } catch {
      // The error must still be sent. Its details are written as those of unknown types.
      registry = createRegistry();
    }
    registries.set(descriptors, registry);
  }
  return registry;
}

function read({ base64 }: FileDescriptors): Registry {
  const { file: files } = fromBinary(wkt.FileDescriptorSetSchema, base64Decode(base64));
  const known = new Map(standardFiles().map((file) => [`${file.name}.proto`, file]));
  const given = new Map(files.map((file) => [file.name, file]));
  // An additional file imports all others, the last first, because each file follows its imports.
  const dependency = files.map(({ name }) => name).reverse();
  const all = create(wkt.FileDescriptorProtoSchema, { name: "", syntax: "proto3", dependency });
  return createFileRegistry(all, (name) => known.get(name) ?? given.get(name));
}

/** Returns the message types of some catalogs, and those of one error's own proto. */
export function knownTypes(catalogs: readonly Catalog[], own?: Definition): Registry {
  const found = new Set<FileDescriptors>();
  if (own?.descriptors) found.add(own.descriptors);
  for (const catalog of catalogs) {
    for (const { definition } of catalog) if (definition.descriptors) found.add(definition.descriptors);
  }
  return typesOf(found);
}

/**
 * Returns a packed detail as proto3 JSON, by the types of protobuf-es. A detail of an unknown type, or with malformed bytes,
 * becomes `{"@type": …, "@bytes": …}`. Never throws.
 */
export function detailToJson({ typeUrl, value }: ErrorDetail, types: Registry): JsonDetail {
  try {
    const any = create(wkt.AnySchema, { typeUrl, value });
    const { "@type": type, ...fields } = toJson(wkt.AnySchema, any, { registry: types }) as JsonDetail;
    if (typeof type === "string") return { "@type": typeUrl, ...fields };
  } catch {
    // The bytes are not a message of the type.
  }
  return { "@type": typeUrl, "@bytes": base64Encode(value) };
}

/** Returns a detail in proto3 JSON packed, without fields that its type does not have. `undefined` if it does not match its type. */
export function detailFromJson(json: JsonDetail, types: Registry): ErrorDetail | undefined {
  try {
    const { typeUrl, value } = fromJson(wkt.AnySchema, json, { registry: types, ignoreUnknownFields: true });
    return { typeUrl, value };
  } catch {
    return undefined;
  }
}

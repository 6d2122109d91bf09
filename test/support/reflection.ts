import {
  create,
  createFileRegistry,
  createRegistry,
  fromBinary,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import * as wkt from "@bufbuild/protobuf/wkt";
import type { FileDescriptors } from "grpc-rich-errors/codegenv1";
import type { ErrorDetail, JsonDetail } from "grpc-rich-errors/details";
import { file_google_rpc_error_details } from "../../gen/google/rpc/error_details_pb.js";

const FILES = [
  file_google_rpc_error_details,
  ...Object.values(wkt).filter((one) => typeof one === "object" && "kind" in one && one.kind === "file"),
];

/** The types in descriptors and the standard ones, as protobuf-es reads them. */
export function reflected(descriptors?: FileDescriptors): Registry {
  if (!descriptors) return createRegistry(...FILES);
  const { file: files } = fromBinary(wkt.FileDescriptorSetSchema, base64Decode(descriptors.base64));
  const known = new Map(FILES.map((file) => [`${file.name}.proto`, file]));
  const given = new Map(files.map((file) => [file.name, file]));
  // An additional file imports all others, the last first, because each file follows its imports.
  const dependency = files.map(({ name }) => name).reverse();
  const all = create(wkt.FileDescriptorProtoSchema, { name: "", syntax: "proto3", dependency });
  return createRegistry(
    ...FILES,
    createFileRegistry(all, (name) => known.get(name) ?? given.get(name)),
  );
}

/** The JSON of a detail, as protobuf-es writes it. */
export function reflectedToJson(
  detail: ErrorDetail,
  registry: Registry,
  style: { readonly alwaysEmitImplicit?: boolean } = {},
): JsonValue {
  return toJson(wkt.AnySchema, create(wkt.AnySchema, { ...detail }), { ...style, registry });
}

/** The detail of some JSON, as protobuf-es reads it. */
export function reflectedFromJson(json: JsonDetail, registry: Registry): ErrorDetail {
  const any = fromJson(wkt.AnySchema, { ...json } as JsonObject, { registry, ignoreUnknownFields: true });
  return { typeUrl: any.typeUrl, value: any.value };
}

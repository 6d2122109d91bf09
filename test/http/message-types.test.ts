import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { base64Encode } from "@bufbuild/protobuf/wire";
import { type FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { FileDescriptors } from "grpc-rich-errors/codegenv1";
import { describe, expect, it } from "vitest";
import { typesOf } from "../../src/http/message-types.js";

type File = MessageInitShape<typeof FileDescriptorProtoSchema>;

function descriptorsOf(...file: File[]): FileDescriptors {
  return { base64: base64Encode(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }))) };
}

/** A file with a message of its name, which imports others. */
function fileOf(name: string, ...dependency: string[]): File {
  return { name: `${name}.proto`, package: "t", syntax: "proto3", messageType: [{ name }], dependency };
}

describe("typesOf", () => {
  it("has the standard details and the types of google.protobuf without any descriptors", () => {
    const types = typesOf([]);
    const names = ["google.rpc.ErrorInfo", "google.rpc.Help", "google.protobuf.Struct", "google.protobuf.Int64Value"];
    for (const name of names) expect(types.get(name)?.typeName).toBe(name);
    expect(types.get("t.A")).toBeUndefined();
  });

  it("has the types of all descriptors, in any order of imports", () => {
    const types = typesOf([
      descriptorsOf(
        fileOf("A", "google/protobuf/struct.proto"),
        fileOf("B", "A.proto"),
        fileOf("C", "B.proto", "A.proto", "google/rpc/error_details.proto"),
        fileOf("D", "A.proto", "C.proto"),
      ),
      descriptorsOf(fileOf("E", "google/protobuf/descriptor.proto")),
    ]);
    for (const name of ["t.A", "t.B", "t.C", "t.D", "t.E"]) expect(types.get(name)?.typeName).toBe(name);
  });

  it("has no enums, services and extensions", () => {
    const types = typesOf([]);
    for (const name of ["google.protobuf.NullValue", "google.rpc.Code", "toString"])
      expect(types.get(name)).toBeUndefined();
  });

  it("reads descriptors on demand and once", () => {
    const { base64 } = descriptorsOf(fileOf("A"), fileOf("B"));
    let reads = 0;
    const counted = {
      get base64() {
        reads++;
        return base64;
      },
    };
    expect(typesOf([counted]).get("google.rpc.Help")?.typeName).toBe("google.rpc.Help");
    expect(reads).toBe(0);
    expect(typesOf([counted]).get("t.A")?.typeName).toBe("t.A");
    expect(typesOf([counted]).get("t.B")?.typeName).toBe("t.B");
    expect(reads).toBe(1);
  });

  it.each([
    ["are not base64", { base64: "!" }],
    ["are not a FileDescriptorSet", { base64: "CA==" }],
    ["lack an import", descriptorsOf(fileOf("A", "missing.proto"))],
  ])("skips descriptors that %s, and has the types of all others", (_, broken) => {
    const types = typesOf([broken, descriptorsOf(fileOf("B"))]);
    expect(types.get("t.A")).toBeUndefined();
    expect(types.get("t.B")?.typeName).toBe("t.B");
  });
});

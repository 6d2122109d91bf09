import {
  create,
  createFileRegistry,
  type FileRegistry,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  type FileDescriptorSet,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
  file_google_protobuf_timestamp,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { fileDescriptorsOf } from "../../src/declaration/descriptors.js";
import { Schema } from "../../src/declaration/schema.js";
import { compile, type Protos } from "../plugin/compile.js";

const PROTOS: Protos = {
  "zoo/v1/errors.proto": `
    syntax = "proto3";
    package zoo.v1;
    import "google/protobuf/descriptor.proto";
    import "google/protobuf/duration.proto";
    import "google/protobuf/timestamp.proto";
    import "zoo/v1/animals.proto";
    option java_package = "zoo";

    extend google.protobuf.MessageOptions { string mark = 50001; }

    // A comment that is for humans.
    message CageErrorDetails {
      option (mark) = "a mark of the user's own";
      option deprecated = true;
      reserved 9;
      Outer.Inner inner = 1;
      repeated int32 numbers = 2 [deprecated = true];
      map<string, Animal> animals = 3;
      google.protobuf.Duration since = 4;
      optional string keeper = 5 [json_name = "theKeeper"];
      oneof way { string in = 6; string out = 7; }
      CageErrorDetails next = 8;
    }
    message Outer {
      Unreached unreached = 1;
      message Inner { Kind kind = 1; }
      message AlsoUnreached {}
      enum Kind { option allow_alias = true; KIND_UNSPECIFIED = 0; KIND_WILD = 1; KIND_FREE = 1; }
    }
    message Unreached { google.protobuf.Timestamp at = 1; }
    service Zoo { rpc Open(Unreached) returns (Unreached); }
  `,
  "zoo/v1/animals.proto": `
    edition = "2023";
    package zoo.v1;
    option features.field_presence = IMPLICIT;

    message Animal {
      string name = 1;
      Part head = 2 [features.message_encoding = DELIMITED];
      Size size = 3 [features.field_presence = EXPLICIT];
    }
    message Part { int64 weight = 1; }
    enum Size { option features.enum_type = CLOSED; SIZE_SMALL = 1; SIZE_LARGE = 2; }
    message Plant {}
  `,
  "zoo/v1/old.proto": `
    syntax = "proto2";
    package zoo.v1;
    message Old {
      extensions 100 to 200;
      required string name = 1;
      optional int32 age = 2 [default = 7];
      optional group Tail = 3 { optional int32 length = 1; }
      extend Old { optional string more = 100; }
    }
  `,
};

async function setOf(typeNames: readonly string[], compiler?: "buf" | "protoc"): Promise<FileDescriptorSet> {
  const schema = new Schema((await compile(PROTOS, compiler)).protoFile);
  const messages = typeNames.map((name) => schema.message(name)).filter((message) => message !== undefined);
  const { base64 } = fileDescriptorsOf(messages) ?? { base64: "" };
  return fromBinary(FileDescriptorSetSchema, base64Decode(base64));
}

function registryOf({ file }: FileDescriptorSet): FileRegistry {
  const standard = [file_google_protobuf_duration, file_google_protobuf_timestamp].map(({ proto }) => proto);
  return createFileRegistry(create(FileDescriptorSetSchema, { file: [...standard, ...file] }));
}

describe("the descriptors of message types", () => {
  it("contain the types of all fields, each file after its imports", async () => {
    const { file } = await setOf(["zoo.v1.CageErrorDetails"]);
    expect(file.map(({ name, dependency }) => [name, dependency])).toEqual([
      ["zoo/v1/animals.proto", []],
      ["zoo/v1/errors.proto", ["google/protobuf/duration.proto", "zoo/v1/animals.proto"]],
    ]);
    expect(file.map(({ messageType, enumType }) => [...messageType, ...enumType].map(({ name }) => name))).toEqual([
      ["Animal", "Part", "Size"],
      ["CageErrorDetails", "Outer"],
    ]);
    const outer = file[1]?.messageType[1];
    expect([outer?.field, outer?.nestedType.map(({ name }) => name)]).toEqual([[], ["Inner"]]);
  });

  it("contain no comments, services, extensions or custom options", async () => {
    const { file } = await setOf(["zoo.v1.CageErrorDetails", "zoo.v1.Old"]);
    for (const { sourceCodeInfo, service, extension } of file) {
      expect([sourceCodeInfo, service, extension]).toEqual([undefined, [], []]);
    }
    const [, errors, old] = file;
    expect(errors?.options).toBeUndefined();
    expect(errors?.messageType[0]?.options).toBeUndefined();
    expect(errors?.messageType[0]?.field[1]?.options).toBeUndefined();
    expect([old?.messageType[0]?.extension, old?.messageType[0]?.extensionRange]).toEqual([[], []]);
  });

  it.each([
    [
      "zoo.v1.CageErrorDetails",
      {
        inner: { kind: "KIND_WILD" },
        numbers: [1, 2],
        animals: { bear: { name: "b", head: { weight: "9007199254740993" }, size: "SIZE_LARGE" } },
        since: "1.500s",
        theKeeper: "",
        out: "door",
        next: {},
      },
    ],
    ["zoo.v1.Old", { name: "o", tail: { length: 3 } }],
  ])("read a %s like the complete protos", async (typeName, json) => {
    const whole = create(FileDescriptorSetSchema, { file: (await compile(PROTOS)).protoFile });
    const written = createFileRegistry(whole).getMessage(typeName);
    const read = registryOf(await setOf([typeName])).getMessage(typeName);
    if (!written || !read) throw new Error(`${typeName} is missing`);
    const bytes = toBinary(written, fromJson(written, json));
    expect(toJson(read, fromBinary(read, bytes))).toEqual(json);
  });

  it("are the same for buf and protoc", async () => {
    const types = ["zoo.v1.CageErrorDetails", "zoo.v1.Old"];
    const [byBuf, byProtoc] = await Promise.all([setOf(types, "buf"), setOf(types, "protoc")]);
    expect(toBinary(FileDescriptorSetSchema, byBuf)).toEqual(toBinary(FileDescriptorSetSchema, byProtoc));
  });

  it("are the same in any order of the types", async () => {
    const types = ["zoo.v1.CageErrorDetails", "zoo.v1.Old", "zoo.v1.Plant"];
    expect(await setOf(types)).toEqual(await setOf([...types].reverse()));
  });

  it("are undefined for types that every reader has", async () => {
    const schema = new Schema((await compile(PROTOS)).protoFile);
    const standard = ["google.rpc.BadRequest", "google.protobuf.Duration"].map((name) => schema.message(name));
    expect(standard).not.toContain(undefined);
    expect(fileDescriptorsOf(standard.filter((message) => message !== undefined))).toBeUndefined();
    expect(fileDescriptorsOf([])).toBeUndefined();
  });
});

import { clone, create, fromBinary, isMessage } from "@bufbuild/protobuf";
import {
  type Duration,
  DurationSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { Code, pack, RichError, unpack } from "grpc-rich-errors";
import { packDetail } from "grpc-rich-errors/details";
import { catalogFromDescriptorSet, protobufEsCodec } from "grpc-rich-errors/protobuf-es";
import { beforeAll, describe, expect, it } from "vitest";
import { compile } from "../plugin/compile.js";
import { protocDescriptors } from "../support/reference-protos.js";

const HEAD = `
  syntax = "proto3";
  package shop.v1;
  import "google/protobuf/wrappers.proto";
  import "richerrors/v1/annotations.proto";
`;

const PROTO = `${HEAD}
  // What can go wrong.
  enum OrderError {
    ORDER_ERROR_UNSPECIFIED = 0;
    // The order is refused.
    ORDER_ERROR_ORDER_REJECTED = 1 [(richerrors.v1.error) = {
      status_code: INVALID_ARGUMENT
      has_details: true
      message: "{order_id} breaks {rule} of {rule_book.edition_name} ({the_note}, {to_string})"
    }];
  }
  message OrderRejected {
    string order_id = 1;
    sint64 rule = 2;
    Book rule_book = 3;
    google.protobuf.StringValue the_note = 4;
    string to_string = 5;
  }
  message Book { string edition_name = 1; }
`;

const WRONG = {
  "a.proto": `${HEAD}
    enum AError { NONE = 0;
      GONE = 1 [(richerrors.v1.error) = {status_code: OK}]; }`,
  "b.proto": `${HEAD}
    enum BError { option (richerrors.v1.error_enum) = {domain: "b"}; NOTHING = 0;
      AWAY = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}]; }`,
};

let files: readonly FileDescriptorProto[];
let wrong: readonly FileDescriptorProto[];

beforeAll(async () => {
  const [right, mistaken] = await Promise.all([compile({ "shop.proto": PROTO }), compile(WRONG)]);
  files = right.protoFile;
  wrong = mistaken.protoFile;
});

function setOf(file: readonly FileDescriptorProto[]): FileDescriptorSet {
  return create(FileDescriptorSetSchema, { file: file.map((file) => clone(FileDescriptorProtoSchema, file)) });
}

describe("catalogFromDescriptorSet", () => {
  it("decodes details as messages of protobuf-es", () => {
    const catalog = catalogFromDescriptorSet(setOf(files));
    const errorClass = catalog.byReason("shop.v1", "ORDER_REJECTED");
    if (!errorClass) throw new Error("ORDER_REJECTED is missing");
    const detail = { orderId: "o-7", rule: -9_007_199_254_740_993n, ruleBook: { editionName: "2nd" }, theNote: "no" };
    const message = "o-7 breaks -9007199254740993 of 2nd (no, x)";

    const thrown = new errorClass({ ...detail, toString$: "x" });
    expect(thrown.message).toBe(message);
    expect(thrown.issues).toEqual([]);

    const received = unpack(pack(thrown), { catalogs: [catalog] });
    expect(received).toBeInstanceOf(errorClass);
    expect(received.detail).toMatchObject(detail);
    expect(isMessage(received.detail)).toBe(true);
    expect(new errorClass(received.detail).message).toBe(message);
  });

  it("accepts a decoded descriptor set", () => {
    const bytes = protocDescriptors();
    const decoded = fromBinary(FileDescriptorSetSchema, bytes);
    expect(catalogFromDescriptorSet(decoded).size).toBe(catalogFromDescriptorSet(bytes).size);
  });

  it("derives the summary from the reason if the set has no comments", () => {
    const set = setOf(files);
    for (const file of set.file) delete file.sourceCodeInfo;
    const [only] = catalogFromDescriptorSet(set);
    expect(only?.definition.documentation).toEqual({ summary: "Order rejected." });
  });

  it("returns an empty catalog if the set declares no errors", () => {
    expect(catalogFromDescriptorSet(create(FileDescriptorSetSchema)).size).toBe(0);
  });

  it("throws one error for all mistakes, with file and line", () => {
    expect(() => catalogFromDescriptorSet(setOf(wrong))).toThrow(
      /^the protos contain mistakes:\na\.proto:8:\d+: status_code of \w+ is missing or OK.*\nb\.proto:8:\d+: AWAY sets has_details, but no message has the name /,
    );
  });

  it.each([
    ["that are not a descriptor set", Uint8Array.of(1, 2, 3)],
    ["that are cut off", protocDescriptors().subarray(0, -7)],
  ])("throws for bytes %s", (_, bytes) => {
    expect(() => catalogFromDescriptorSet(bytes)).toThrow(/^cannot read the descriptor set: /);
  });

  it("throws if the set lacks an imported file", () => {
    const set = setOf(files.filter(({ name }) => name === "shop.proto"));
    expect(() => catalogFromDescriptorSet(set)).toThrow(
      "cannot read the descriptor set: Cannot find google/protobuf/wrappers.proto, imported by shop.proto",
    );
  });
});

describe("protobufEsCodec", () => {
  const codec = protobufEsCodec(DurationSchema);
  const duration: Duration = create(DurationSchema, { seconds: 9_007_199_254_740_993n, nanos: 1 });

  it("decodes what it encoded, as messages of protobuf-es", () => {
    expect(codec.typeName).toBe("google.protobuf.Duration");
    expect(codec.decode(codec.encode(duration))).toEqual(duration);
  });

  it("encodes plain objects", () => {
    const { $typeName: _, ...plain } = duration;
    expect(codec.encode(plain as Duration)).toEqual(codec.encode(duration));
  });

  it("throws for malformed bytes", () => {
    expect(() => codec.decode(Uint8Array.of(0x08))).toThrow(RangeError);
  });

  it("finds a detail of any error", () => {
    const error = new RichError(Code.ABORTED, "busy", { errorDetails: [packDetail(codec, duration)] });
    expect(error.findDetail(codec)?.seconds).toBe(duration.seconds);
  });
});

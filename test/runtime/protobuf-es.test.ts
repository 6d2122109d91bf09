import { clone, create, fromBinary, isMessage } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { pack, unpack } from "grpc-rich-errors";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
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
}, 60_000);

function setOf(file: readonly FileDescriptorProto[]): FileDescriptorSet {
  return create(FileDescriptorSetSchema, { file: file.map((file) => clone(FileDescriptorProtoSchema, file)) });
}

describe("catalogFromDescriptorSet", () => {
  it("has details that are messages of protobuf-es", () => {
    const catalog = catalogFromDescriptorSet(setOf(files));
    const errorClass = catalog.byReason("shop.v1", "ORDER_REJECTED");
    if (!errorClass) throw new Error("there is no such error");
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

  it("reads sets that are decoded already", () => {
    const bytes = protocDescriptors();
    const decoded = fromBinary(FileDescriptorSetSchema, bytes);
    expect(catalogFromDescriptorSet(decoded).size).toBe(catalogFromDescriptorSet(bytes).size);
  });

  it("has no documentation but names where the set has no comments", () => {
    const set = setOf(files);
    for (const file of set.file) delete file.sourceCodeInfo;
    const [only] = catalogFromDescriptorSet(set);
    expect(only?.definition.documentation).toEqual({ summary: "Order rejected." });
  });

  it("is empty where no error is declared", () => {
    expect(catalogFromDescriptorSet(create(FileDescriptorSetSchema)).size).toBe(0);
  });

  it("throws for all that is declared wrongly, with file and line", () => {
    expect(() => catalogFromDescriptorSet(setOf(wrong))).toThrow(
      /^errors are declared wrongly:\na\.proto:8:\d+: status_code is missing or OK.*\nb\.proto:8:\d+: AWAY has details, and none/,
    );
  });

  it.each([
    ["that are none", Uint8Array.of(1, 2, 3)],
    ["that are cut off", protocDescriptors().subarray(0, -7)],
  ])("throws for bytes %s", (_, bytes) => {
    expect(() => catalogFromDescriptorSet(bytes)).toThrow(/^the descriptor set cannot be read: /);
  });

  it("throws for a set that lacks what its files import", () => {
    const set = setOf(files.filter(({ name }) => name === "shop.proto"));
    expect(() => catalogFromDescriptorSet(set)).toThrow(
      "the descriptor set cannot be read: Cannot find google/protobuf/wrappers.proto, imported by shop.proto",
    );
  });
});

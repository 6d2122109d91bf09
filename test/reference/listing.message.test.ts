import { beforeAll, describe, expect, it } from "vitest";
import type { Listing } from "../../src/reference/listing.js";
import { HEAD, listingFor, protoWith } from "../cli/images.js";

/** The detail of an error, and the messages inside it. */
async function messagesOf(detail: string, rest = "") {
  const protos = protoWith('detail_type: "shop.v1.Gone"', { rest: `message Gone { ${detail} } ${rest}` });
  const { enums, messages } = await listingFor(protos);
  return { detail: enums[0]?.errors[0]?.detail, messages };
}

describe("a field of a detail", () => {
  const FIELDS: readonly [string, object][] = [
    ["string text = 1;", { name: "text", type: "string", label: "singular", deprecated: false, documentation: "" }],
    ["optional sfixed64 size = 2;", { name: "size", type: "sfixed64", label: "optional" }],
    ["repeated bytes parts = 3;", { type: "bytes", label: "repeated" }],
    ["Gone cause = 4;", { type: "shop.v1.Gone", label: "singular" }],
    ["optional Gone other_cause = 5;", { type: "shop.v1.Gone", label: "singular" }],
    ["repeated Gone.Inner causes = 6; message Inner {}", { type: "shop.v1.Gone.Inner", label: "repeated" }],
    ["OrderError error = 7;", { type: "shop.v1.OrderError", label: "singular" }],
    ["map<string, Gone> by_name = 8;", { type: "map<string, shop.v1.Gone>", label: "map" }],
    ["map<int32, OrderError> by_number = 9;", { type: "map<int32, shop.v1.OrderError>", label: "map" }],
    ["oneof what { uint32 first = 10; }", { name: "first", type: "uint32", label: "singular", oneof: "what" }],
    ["string old = 11 [deprecated = true];", { deprecated: true }],
    ["/* The text\n * of it. */ string text_12 = 12;", { name: "text_12", documentation: "The text\nof it." }],
  ];
  let fields: readonly object[] = [];
  beforeAll(async () => {
    const { detail } = await messagesOf(FIELDS.map(([field]) => field).join("\n"));
    fields = detail?.fields ?? [];
  });

  it.each(FIELDS.map(([field, listed], index) => [field, { ...listed, number: index + 1 }] as const))(
    "is listed: %s",
    (_, listed) => {
      expect(fields[listed.number - 1]).toMatchObject(listed);
    },
  );

  it("is required or optional as in proto2", async () => {
    const protos = {
      "shop.proto": `
        syntax = "proto2";
        package shop.v1;
        import "richerrors/v1/annotations.proto";
        enum OrderError { ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}]; }
        message Gone { required string a = 1; optional string b = 2; optional group Part = 3 { optional int32 c = 1; } }`,
    };
    const { enums, messages } = await listingFor(protos);
    const fields = [...(enums[0]?.errors[0]?.detail?.fields ?? []), ...(messages[0]?.fields ?? [])];
    expect(fields.map(({ name, type, label }) => `${name}: ${label} ${type}`)).toEqual([
      "a: required string",
      "b: optional string",
      "part: singular shop.v1.Gone.Part",
      "c: optional int32",
    ]);
  });
});

describe("the messages inside details", () => {
  it("are listed once each and sorted by name, at any depth, even if they contain each other", async () => {
    const rest = `
      message C { B b = 1; Gone gone = 2; }
      // What B is.
      message B { repeated C c = 1; map<string, A> a = 2; }
      message A { B b = 1; }
      message Other { string other = 1; }`;
    const { messages } = await messagesOf("C c = 1; B b = 2;", rest);
    expect(messages.map(({ type }) => type)).toEqual(["shop.v1.A", "shop.v1.B", "shop.v1.C", "shop.v1.Gone"]);
    expect(messages[1]).toMatchObject({ documentation: "What B is.", fields: [{ name: "c" }, { name: "a" }] });
  });

  it("are listed once each if every message contains the next one twice", async () => {
    const chain = Array.from({ length: 60 }, (_, i) => `message M${i} { M${i + 1} a = 1; M${i + 1} b = 2; }`).join(
      "\n",
    );
    const { messages } = await messagesOf("M0 m = 1;", `${chain} message M60 {}`);
    expect(messages).toHaveLength(61);
  });

  it("do not include the well-known types", async () => {
    const proto = `${HEAD}
      import "google/protobuf/struct.proto";
      enum OrderError {
        ORDER_ERROR_UNSPECIFIED = 0;
        ORDER_ERROR_GONE = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND has_details: true}];
      }
      message Gone { google.protobuf.Struct what = 1; }`;
    const { enums, messages }: Listing = await listingFor({ "shop.proto": proto });
    expect(enums[0]?.errors[0]?.detail?.fields).toMatchObject([{ type: "google.protobuf.Struct" }]);
    expect(messages).toEqual([]);
  });
});

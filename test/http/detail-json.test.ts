import type { JsonObject } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { type ErrorDetail, ErrorInfo, type JsonDetail, packDetail, RetryInfo } from "grpc-rich-errors/details";
import { describe, expect, it } from "vitest";
import { detailFromJson, detailToJson } from "../../src/http/detail-json.js";
import { typesOf } from "../../src/http/message-types.js";
import { runs } from "../fuzz/runs.js";
import { Values } from "../gen/values/v1/values.js";
import { BadValuesError } from "../gen/values/v1/values.rich.js";

const { definition } = BadValuesError;
const types = typesOf(definition.descriptors ? [definition.descriptors] : []);

const URL = "type.googleapis.com/values.v1.Values";
const BIG = 9_007_199_254_740_993n;

type Row = [what: string, json: JsonObject, value: object, canonical?: JsonObject];

/** JSON, the message that ts-proto decodes after packing, and the JSON after unpacking if it differs. */
const VALUES: readonly Row[] = [
  ["nothing", {}, { int: 0, text: "", longs: [] }],
  ["an integer", { int: -7 }, { int: -7 }],
  ["an integer with an exponent", { int: 1e3 }, { int: 1000 }, { int: 1000 }],
  ["the smallest 64-bit integer", { long: "-9223372036854775808" }, { long: -(2n ** 63n) }],
  ["the largest 64-bit integer", { unsignedLong: "18446744073709551615" }, { unsignedLong: 2n ** 64n - 1n }],
  ["a 64-bit integer that is given as a number", { long: 5 }, { long: 5n }, { long: "5" }],
  ["integers that a double cannot hold", { long: String(BIG), zigzag: String(-BIG) }, { long: BIG, zigzag: -BIG }],
  [
    "64-bit integers of fixed size",
    { fixed: String(BIG), signedFixed: String(-BIG) },
    { fixed: BIG, signedFixed: -BIG },
  ],
  ["a double", { double: 0.1 }, { double: 0.1 }],
  ["NaN", { double: "NaN", float: "NaN" }, { double: Number.NaN, float: Number.NaN }],
  ["infinity", { double: "Infinity", float: "-Infinity" }, { double: Infinity, float: -Infinity }],
  ["a bool", { truth: true }, { truth: true }],
  ["a string", { text: "ü\u0000😀" }, { text: "ü\u0000😀" }],
  ["bytes", { raw: "AP/+" }, { raw: Buffer.of(0, 255, 254) }],
  ["bytes in base64url", { raw: "AP_-" }, { raw: Buffer.of(0, 255, 254) }, { raw: "AP/+" }],
  ["an enum", { color: "COLOR_RED", colors: ["COLOR_RED"] }, { color: 1, colors: [1] }],
  ["an enum value by its number", { color: 1 }, { color: 1 }, { color: "COLOR_RED" }],
  ["an unknown enum value", { color: 99 }, { color: 99 }],
  ["a list", { longs: ["1", String(BIG)] }, { longs: [1n, BIG] }],
  [
    "maps",
    { byName: { a: "1", "": "-1" }, byNumber: { "-5": "x" } },
    { byName: { a: 1n, "": -1n }, byNumber: new Map([[-5n, "x"]]) },
  ],
  [
    "a map of messages",
    { byTruth: { true: { int: 1 } } },
    { byTruth: new Map([[true, Values.decode(Uint8Array.of(8, 1))]]) },
  ],
  ["a oneof with an empty string", { chosenText: "" }, { choice: { $case: "chosenText", value: "" } }],
  ["a oneof with a number", { chosenNumber: String(BIG) }, { choice: { $case: "chosenNumber", value: BIG } }],
  ["wrappers", { maybeLong: String(BIG), maybeText: "" }, { maybeLong: BIG, maybeText: "" }],
  ["a Struct", { object: { a: [1, null, { b: "x" }], c: true } }, { object: { a: [1, null, { b: "x" }], c: true } }],
  ["a Value that is null", { value: null }, { value: null }],
  ["a ListValue", { list: [1, "x", [null]] }, { list: [1, "x", [null]] }],
  ["a Timestamp", { moment: "2026-11-20T22:18:43.123Z" }, { moment: new Date("2026-11-20T22:18:43.123Z") }],
  ["a Timestamp with nanoseconds", { moment: "0001-01-01T00:00:00.000000001Z" }, {}],
  ["a Duration", { duration: "-1.500s" }, { duration: { seconds: -1n, nanos: -500_000_000 } }],
  ["a FieldMask", { mask: "a.bC,d" }, { mask: ["a.b_c", "d"] }],
  ["an optional number that is 0", { optional: 0 }, { optional: 0 }],
  ["an optional number that is null", { optional: null }, { optional: undefined }, {}],
  [
    "field names as in the proto",
    { unsigned_long: "1", by_name: { x: "2" } },
    { unsignedLong: 1n, byName: { x: 2n } },
    { unsignedLong: "1", byName: { x: "2" } },
  ],
  ["an unknown field", { int: 1, newer: { x: [] } }, { int: 1 }, { int: 1 }],
  [
    "an Any in an Any",
    {
      any: {
        "@type": "type.googleapis.com/google.protobuf.Any",
        value: { "@type": URL, any: { "@type": "type.googleapis.com/google.protobuf.Duration", value: "1s" } },
      },
    },
    { any: { typeUrl: "type.googleapis.com/google.protobuf.Any" } },
  ],
  ["messages in messages", { more: [{ more: [{ int: 3 }] }] }, { more: [{ more: [{ int: 3 }] }] }],
];

function fromJson(fields: JsonObject): ErrorDetail {
  return detailFromJson({ "@type": URL, ...fields }, types);
}

describe("a detail as JSON", () => {
  it.each<Row>(VALUES)("has %s", (_, json, value, canonical = json) => {
    const packed = fromJson(json);
    expect(packed.typeUrl).toBe(URL);
    expect(Values.decode(packed.value)).toMatchObject(value);
    expect(JSON.parse(JSON.stringify(detailToJson(packed, types)))).toEqual({ "@type": URL, ...canonical });
  });

  it("names its type first", () => {
    expect(Object.keys(detailToJson(fromJson({ int: 1, text: "x" }), types))[0]).toBe("@type");
  });

  it("has fields that are 0 or empty with alwaysEmitImplicit", () => {
    const json = detailToJson(packDetail(ErrorInfo, { reason: "", domain: "x", metadata: {} }), types, {
      alwaysEmitImplicit: true,
    });
    expect(json).toEqual({
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "",
      domain: "x",
      metadata: {},
    });
  });

  it("treats the key __proto__ like any other", () => {
    const fields = JSON.parse('{"byName": {"__proto__": "1"}, "object": {"__proto__": {"polluted": true}}}');
    const packed = fromJson(fields);
    expect(JSON.stringify(detailToJson(packed, types))).toBe(
      `{"@type":"${URL}","byName":{"__proto__":"1"},"object":{"__proto__":{"polluted":true}}}`,
    );
    expect({}).not.toHaveProperty("polluted");
  });

  it.each<[string, JsonDetail]>([
    ["an unknown type", { "@type": "t/new.v1.Fact", x: 1 }],
    ["a type without a name", { "@type": "" }],
    ["a type with the name of a property of every object", { "@type": "t/__proto__" }],
    ["a lone surrogate", { "@type": URL, text: "a\ud800b" }],
    ["a number instead of a string", { "@type": URL, text: 1 }],
    ["a fraction instead of an integer", { "@type": URL, long: 0.5 }],
    ["a number that is too large", { "@type": URL, int: 2 ** 31 }],
    ["an array instead of a number", { "@type": URL, int: [1] }],
    ["two members of a oneof", { "@type": URL, chosenText: "", chosenNumber: 1 }],
    ["a bytes field that is not base64", { "@type": URL, raw: "!" }],
    ["bytes that are not base64", { "@type": URL, "@bytes": "!" }],
    ["a malformed Timestamp", { "@type": URL, moment: "yesterday" }],
    ["an Any of an unknown type", { "@type": URL, any: { "@type": "t/new.v1.Fact" } }],
  ])("cannot be packed with %s", (_, json) => {
    expect(() => detailFromJson(json, types)).toThrow();
  });

  it("is written as bytes if its type is unknown", () => {
    const packed: ErrorDetail = { typeUrl: "t/new.v1.Fact", value: Uint8Array.of(8, 1, 255) };
    const json = { "@type": "t/new.v1.Fact", "@bytes": "CAH/" };
    expect(detailToJson(packed, types)).toEqual(json);
    expect(detailFromJson(json, types)).toEqual(packed);
  });

  it.each<[string, ErrorDetail]>([
    ["are malformed", { typeUrl: URL, value: Uint8Array.of(8) }],
    ["have no JSON", packDetail(RetryInfo, { retryDelay: { seconds: 2n ** 60n, nanos: 0 } })],
    [
      "contain an Any of an unknown type",
      { typeUrl: URL, value: new BinaryWriter().uint32(170).fork().uint32(10).string("t/new.v1.Fact").join().finish() },
    ],
    ["have no type", { typeUrl: "", value: Uint8Array.of(1) }],
  ])("is written as bytes if they %s", (_, packed) => {
    const json = detailToJson(packed, types);
    expect(Object.keys(json)).toEqual(["@type", "@bytes"]);
    expect(detailFromJson(json, types)).toEqual(packed);
  });

  it("can be made from any bytes, and restores them or the same message", () => {
    const detail = fc.record({
      typeUrl: fc.constantFrom(URL, "t/google.rpc.ErrorInfo", "t/google.rpc.BadRequest", "t/new.v1.Fact", ""),
      value: fc.uint8Array({ maxLength: 60 }),
    });
    fc.assert(
      fc.property(detail, (packed) => {
        const json = detailToJson(packed, types);
        const text = JSON.stringify(json);
        const again = detailToJson(detailFromJson(JSON.parse(text), types), types);
        expect(again).toEqual({ ...json, "@type": again["@type"] });
      }),
      runs(0.1),
    );
  });
});

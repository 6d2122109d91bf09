import type { JsonObject } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { type ErrorDetail, ErrorInfo, type JsonDetail, packDetail, RetryInfo } from "grpc-rich-errors";
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

/** JSON, what ts-proto's codec reads of the bytes that are made of it, and the JSON that is made of these. */
const VALUES: readonly Row[] = [
  ["nothing", {}, { int: 0, text: "", longs: [] }],
  ["an integer", { int: -7 }, { int: -7 }],
  ["an integer in exponents", { int: 1e3 }, { int: 1000 }, { int: 1000 }],
  ["the least of 64 bits", { long: "-9223372036854775808" }, { long: -(2n ** 63n) }],
  ["the most of 64 bits", { unsignedLong: "18446744073709551615" }, { unsignedLong: 2n ** 64n - 1n }],
  ["64 bits given as a number", { long: 5 }, { long: 5n }, { long: "5" }],
  ["what a double does not hold", { long: String(BIG), zigzag: String(-BIG) }, { long: BIG, zigzag: -BIG }],
  ["64 bits of fixed size", { fixed: String(BIG), signedFixed: String(-BIG) }, { fixed: BIG, signedFixed: -BIG }],
  ["a double", { double: 0.1 }, { double: 0.1 }],
  ["no number", { double: "NaN", float: "NaN" }, { double: Number.NaN, float: Number.NaN }],
  ["infinity", { double: "Infinity", float: "-Infinity" }, { double: Infinity, float: -Infinity }],
  ["a truth", { truth: true }, { truth: true }],
  ["a text", { text: "ü\u0000😀" }, { text: "ü\u0000😀" }],
  ["bytes", { raw: "AP/+" }, { raw: Buffer.of(0, 255, 254) }],
  ["bytes for a URL", { raw: "AP_-" }, { raw: Buffer.of(0, 255, 254) }, { raw: "AP/+" }],
  ["an enum", { color: "COLOR_RED", colors: ["COLOR_RED"] }, { color: 1, colors: [1] }],
  ["an enum by its number", { color: 1 }, { color: 1 }, { color: "COLOR_RED" }],
  ["an enum value of a newer server", { color: 99 }, { color: 99 }],
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
  ["one of several, and empty", { chosenText: "" }, { choice: { $case: "chosenText", value: "" } }],
  ["one of several, a number", { chosenNumber: String(BIG) }, { choice: { $case: "chosenNumber", value: BIG } }],
  ["wrappers", { maybeLong: String(BIG), maybeText: "" }, { maybeLong: BIG, maybeText: "" }],
  ["an object", { object: { a: [1, null, { b: "x" }], c: true } }, { object: { a: [1, null, { b: "x" }], c: true } }],
  ["a value that is null", { value: null }, { value: null }],
  ["a list of JSON", { list: [1, "x", [null]] }, { list: [1, "x", [null]] }],
  ["a moment", { moment: "2026-11-20T22:18:43.123Z" }, { moment: new Date("2026-11-20T22:18:43.123Z") }],
  ["a moment in nanoseconds", { moment: "0001-01-01T00:00:00.000000001Z" }, {}],
  ["a while", { duration: "-1.500s" }, { duration: { seconds: -1n, nanos: -500_000_000 } }],
  ["fields", { mask: "a.bC,d" }, { mask: ["a.b_c", "d"] }],
  ["a number that is there, and 0", { optional: 0 }, { optional: 0 }],
  ["a number that is null", { optional: null }, { optional: undefined }, {}],
  [
    "names as in the proto",
    { unsigned_long: "1", by_name: { x: "2" } },
    { unsignedLong: 1n, byName: { x: 2n } },
    { unsignedLong: "1", byName: { x: "2" } },
  ],
  ["a field of a newer server", { int: 1, newer: { x: [] } }, { int: 1 }, { int: 1 }],
  [
    "anything in anything",
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

  it("has fields that are 0 or empty, if that is asked for", () => {
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

  it("has keys with a meaning of their own like any others", () => {
    const fields = JSON.parse('{"byName": {"__proto__": "1"}, "object": {"__proto__": {"polluted": true}}}');
    const packed = fromJson(fields);
    expect(JSON.stringify(detailToJson(packed, types))).toBe(
      `{"@type":"${URL}","byName":{"__proto__":"1"},"object":{"__proto__":{"polluted":true}}}`,
    );
    expect({}).not.toHaveProperty("polluted");
  });

  it.each<[string, JsonDetail]>([
    ["a type that nobody knows", { "@type": "t/new.v1.Fact", x: 1 }],
    ["a type without a name", { "@type": "" }],
    ["a type named as a property of any object", { "@type": "t/__proto__" }],
    ["half a character", { "@type": URL, text: "a\ud800b" }],
    ["a number where a text must be", { "@type": URL, text: 1 }],
    ["a fraction where an integer must be", { "@type": URL, long: 0.5 }],
    ["too large a number", { "@type": URL, int: 2 ** 31 }],
    ["a list where one must be", { "@type": URL, int: [1] }],
    ["two of those of which there is one", { "@type": URL, chosenText: "", chosenNumber: 1 }],
    ["what is not base64", { "@type": URL, raw: "!" }],
    ["bytes that are not base64", { "@type": URL, "@bytes": "!" }],
    ["no moment", { "@type": URL, moment: "yesterday" }],
    ["something of a type that nobody knows in it", { "@type": URL, any: { "@type": "t/new.v1.Fact" } }],
  ])("cannot be packed with %s", (_, json) => {
    expect(() => detailFromJson(json, types)).toThrow();
  });

  it("is its bytes, if its type is not known", () => {
    const packed: ErrorDetail = { typeUrl: "t/new.v1.Fact", value: Uint8Array.of(8, 1, 255) };
    const json = { "@type": "t/new.v1.Fact", "@bytes": "CAH/" };
    expect(detailToJson(packed, types)).toEqual(json);
    expect(detailFromJson(json, types)).toEqual(packed);
  });

  it.each<[string, ErrorDetail]>([
    ["are not of its type", { typeUrl: URL, value: Uint8Array.of(8) }],
    ["have no JSON", packDetail(RetryInfo, { retryDelay: { seconds: 2n ** 60n, nanos: 0 } })],
    [
      "have something of an unknown type in them",
      { typeUrl: URL, value: new BinaryWriter().uint32(170).fork().uint32(10).string("t/new.v1.Fact").join().finish() },
    ],
    ["have no type", { typeUrl: "", value: Uint8Array.of(1) }],
  ])("is its bytes, if these %s", (_, packed) => {
    const json = detailToJson(packed, types);
    expect(Object.keys(json)).toEqual(["@type", "@bytes"]);
    expect(detailFromJson(json, types)).toEqual(packed);
  });

  it("is made of any bytes, and gives these or the same message back", () => {
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

import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { withPlainNumbers } from "../../src/http/detail-json.js";
import { typesOf } from "../../src/http/message-types.js";
import { BadValuesError } from "../gen/values/v1/values.rich.js";

const { descriptors } = BadValuesError.definition;
const types = typesOf(descriptors ? [descriptors] : []);

const VALUES = "t/values.v1.Values";
const BIG = "9007199254740993";

describe("numbers of 64 bits", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      "in fields",
      { long: "5", unsignedLong: "0", zigzag: "-5", fixed: "6", signedFixed: "-6" },
      { long: 5, unsignedLong: 0, zigzag: -5, fixed: 6, signedFixed: -6 },
    ],
    ["that a double does not hold", { long: BIG, longs: ["1", BIG] }, { long: BIG, longs: [1, BIG] }],
    [
      "in maps",
      { byName: { a: "1" }, byTruth: { true: { long: "2" } } },
      { byName: { a: 1 }, byTruth: { true: { long: 2 } } },
    ],
    ["in wrappers", { maybeLong: "5" }, { maybeLong: 5 }],
    [
      "in messages",
      { more: [{ chosenNumber: "5" }], chosenValues: { long: "1" } },
      { more: [{ chosenNumber: 5 }], chosenValues: { long: 1 } },
    ],
    ["in anything", { any: { "@type": VALUES, long: "5" } }, { any: { "@type": VALUES, long: 5 } }],
    [
      "in a wrapper in anything",
      { any: { "@type": "t/google.protobuf.UInt64Value", value: "5" } },
      { any: { "@type": "t/google.protobuf.UInt64Value", value: 5 } },
    ],
  ])("are numbers of JSON: %s", (_, json, plain) => {
    expect(withPlainNumbers({ "@type": VALUES, ...json }, types)).toEqual({ "@type": VALUES, ...plain });
  });

  it.each<[string, JsonObject]>([
    ["texts", { text: "5", maybeText: "5", byNumber: { 5: "5" }, chosenText: "5" }],
    ["values of JSON", { object: { long: "5", fields: ["5"] }, value: "5", list: ["5"] }],
    ["times", { moment: "2026-11-20T00:00:00Z", duration: "5s" }],
    ["bytes", { raw: "5555" }],
    ["fields that are not known", { newer: "5", __proto__x: "5" }],
    ["what is in an unknown type", { any: { "@type": "t/new.v1.Fact", long: "5" } }],
  ])("are nothing else: %s", (_, json) => {
    expect(withPlainNumbers({ "@type": VALUES, ...json }, types)).toEqual({ "@type": VALUES, ...json });
  });

  it("are not looked for in a detail of an unknown type", () => {
    expect(withPlainNumbers({ "@type": "t/new.v1.Fact", long: "5" }, types)).toEqual({
      "@type": "t/new.v1.Fact",
      long: "5",
    });
  });
});

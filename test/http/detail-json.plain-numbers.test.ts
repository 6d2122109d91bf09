import type { JsonObject } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { withPlainNumbers } from "../../src/http/detail-json.js";
import { typesOf } from "../../src/http/message-types.js";
import { BadValuesError } from "../gen/values/v1/values.rich.js";

const { descriptors } = BadValuesError.definition;
const types = typesOf(descriptors ? [descriptors] : []);

const VALUES = "t/values.v1.Values";
const BIG = "9007199254740993";

describe("withPlainNumbers", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      "in fields",
      { long: "5", unsignedLong: "0", zigzag: "-5", fixed: "6", signedFixed: "-6" },
      { long: 5, unsignedLong: 0, zigzag: -5, fixed: 6, signedFixed: -6 },
    ],
    ["that a double can hold, and no others,", { long: BIG, longs: ["1", BIG] }, { long: BIG, longs: [1, BIG] }],
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
    ["in an Any", { any: { "@type": VALUES, long: "5" } }, { any: { "@type": VALUES, long: 5 } }],
    [
      "in a wrapper in an Any",
      { any: { "@type": "t/google.protobuf.UInt64Value", value: "5" } },
      { any: { "@type": "t/google.protobuf.UInt64Value", value: 5 } },
    ],
  ])("writes 64-bit integers %s as numbers", (_, json, plain) => {
    expect(withPlainNumbers({ "@type": VALUES, ...json }, types)).toEqual({ "@type": VALUES, ...plain });
  });

  it.each<[string, JsonObject]>([
    ["strings", { text: "5", maybeText: "5", byNumber: { 5: "5" }, chosenText: "5" }],
    ["JSON values", { object: { long: "5", fields: ["5"] }, value: "5", list: ["5"] }],
    ["times", { moment: "2026-11-20T00:00:00Z", duration: "5s" }],
    ["bytes", { raw: "5555" }],
    ["unknown fields", { newer: "5", __proto__x: "5" }],
    ["fields of an unknown type in an Any", { any: { "@type": "t/new.v1.Fact", long: "5" } }],
  ])("does not change %s", (_, json) => {
    expect(withPlainNumbers({ "@type": VALUES, ...json }, types)).toEqual({ "@type": VALUES, ...json });
  });

  it("does not change a detail of an unknown type", () => {
    expect(withPlainNumbers({ "@type": "t/new.v1.Fact", long: "5" }, types)).toEqual({
      "@type": "t/new.v1.Fact",
      long: "5",
    });
  });
});

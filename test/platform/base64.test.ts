import * as original from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Decode, base64Encode } from "../../src/platform/base64.js";

/** What a function returns, or the message of what it throws. */
function outcomeOf(call: () => Uint8Array): unknown {
  try {
    return [...call()];
  } catch (error) {
    return (error as Error).message;
  }
}

describe("base64", () => {
  it("is that of protobuf-es", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(base64Encode(bytes)).toBe(original.base64Encode(bytes));
      }),
    );
  });

  it("is read as protobuf-es reads it, well-formed or not", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."AQgw+/-_= \n\r\t?é\ufeff") });
    fc.assert(
      fc.property(fc.oneof(fc.base64String(), digits, fc.string()), (text) => {
        expect(outcomeOf(() => base64Decode(text))).toEqual(outcomeOf(() => original.base64Decode(text)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ["", ""],
    ["A", "QQ=="],
    ["AB", "QUI="],
    ["ABC", "QUJD"],
  ])("of %j is %j", (text, base64) => {
    expect(base64Encode(Buffer.from(text))).toBe(base64);
    expect(Buffer.from(base64Decode(base64)).toString()).toBe(text);
  });
});

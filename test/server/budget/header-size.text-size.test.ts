import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestBeginning, sizeOfText } from "../../../src/server/budget/header-size.js";
import { anyText } from "../../fuzz/arbitraries.js";

describe("the size of a text", () => {
  it("is that of its bytes, and of what encodeURI makes of it", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const sent = text.toWellFormed();
        expect(sizeOfText(text)).toEqual({ bytes: Buffer.byteLength(sent), encoded: encodeURI(sent).length });
      }),
    );
  });
});

describe("the longest beginning that fits", () => {
  it("is as long as can be, and ends between code points", () => {
    fc.assert(
      fc.property(anyText, fc.nat(40), fc.nat(90), (text, mostBytes, mostEncoded) => {
        const whole = text.toWellFormed();
        const fits = (part: string) => Buffer.byteLength(part) <= mostBytes && encodeURI(part).length <= mostEncoded;
        const points = [...whole];
        let expected = "";
        while (expected.length < whole.length && fits(expected + points[[...expected].length])) {
          expected += points[[...expected].length];
        }
        expect(longestBeginning(whole, ({ bytes, encoded }) => bytes <= mostBytes && encoded <= mostEncoded)).toBe(
          expected,
        );
      }),
    );
  });

  it("looks at no more of the text than it gives", () => {
    let asked = 0;
    longestBeginning("a".repeat(1_000_000), ({ bytes }) => {
      asked++;
      return bytes <= 10;
    });
    expect(asked).toBe(11);
  });
});

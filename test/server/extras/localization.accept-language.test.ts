import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookUpLanguage } from "../../../src/server/extras/localization.js";

const HAVE = ["en", "de", "de-CH", "pt-BR", "zh-Hant", "fr"];

describe("lookUpLanguage", () => {
  it.each([
    ["de", "de"],
    ["DE", "de"],
    ["de-CH", "de-CH"],
    ["de-AT", "de"],
    ["de-CH-1996", "de-CH"],
    ["zh-Hant-CN-x-private1-private2", "zh-Hant"],
    ["pt", undefined],
    ["pt-PT", undefined],
    ["it", undefined],
    ["it, fr;q=0.5", "fr"],
    ["fr;q=0.5, de;q=0.8, en;q=0.7", "de"],
    ["fr;q=0.5,de;q=0.5", "fr"],
    ["en;q=0.001, fr;q=0", "en"],
    ["fr ; q=1.000 ,de;Q=0.9", "fr"],
    ["*", "en"],
    ["de, *;q=0.1", "de"],
    ["it, *;q=0.1", "en"],
    ["en;q=0.2, *;q=0.5", "de"],
    ["*, en;q=0", "de"],
    ["*, de;q=0, en;q=0", "pt-BR"],
    ["de-AT, de;q=0", undefined],
    ["*;q=0", undefined],
    ["it, *;q=0", undefined],
    ["", undefined],
    [",,,", undefined],
    ["de;q=1.5", undefined],
    ["de;q=0.1234, fr", "fr"],
    ["de;q=-1, fr;q=0.1", "fr"],
    ["de;level=1, fr;q=0.1", "fr"],
    ["d e, fr", "fr"],
    ["toolongatag, fr", "fr"],
    ["de_CH, fr", "fr"],
    ["-de, fr", "fr"],
    ["constructor, __proto__", undefined],
  ])("finds for %j the language %j", (header, expected) => {
    expect(lookUpLanguage(header, HAVE)).toBe(expected);
  });

  it("reads a header of 1,000 characters and no longer one", () => {
    expect(lookUpLanguage("de".padEnd(1000, " "), HAVE)).toBe("de");
    expect(lookUpLanguage("de".padEnd(1001, " "), HAVE)).toBeUndefined();
  });

  it("returns the tag as the server spells it", () => {
    expect(lookUpLanguage("DE-ch", HAVE)).toBe("de-CH");
  });

  it("finds nothing without languages, or in a header that is longer than any browser's", () => {
    expect(lookUpLanguage("de", [])).toBeUndefined();
    expect(lookUpLanguage(`de,${"x,".repeat(500)}`, HAVE)).toBeUndefined();
  });

  it("finds a language of the server or nothing, for any header", () => {
    const part = fc.oneof(fc.constantFrom("de", "de-CH", "*", "en;q=0.5", "fr;q=0", "x-de"), fc.string());
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join(",")),
        (header) => {
          const found = lookUpLanguage(header, HAVE);
          expect(found === undefined || HAVE.includes(found)).toBe(true);
        },
      ),
    );
  });

  it("is fast for headers that are made to be slow", () => {
    const hostile = ["a-".repeat(500), "a;".repeat(500), " ".repeat(1000), `a${" ".repeat(998)};`, "0.".repeat(500)];
    for (const header of hostile) expect(lookUpLanguage(header, HAVE)).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { padEnd, padStart, paragraphs, widthOf, wrap } from "../../src/cli/text-width.js";

describe("the width of a text", () => {
  it.each([
    ["", 0],
    ["stream", 6],
    ["日本語", 6],
    ["👍 ok", 5],
    ["e\u0301", 1],
    ["ｗｉｄｅ", 8],
  ])("of %j is %i", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it("is filled up on either side, and never cut", () => {
    expect([padEnd("日", 4), padStart("日", 4), padEnd("abc", 2), padStart("abc", 2)]).toEqual([
      "日  ",
      "  日",
      "abc",
      "abc",
    ]);
  });
});

describe("a wrapped text", () => {
  it.each<[string, string, number, number, string[]]>([
    ["is broken between words", "one two three", 7, 0, ["one two", "three"]],
    ["hangs", "one two three", 7, 2, ["one two", "  three"]],
    ["is broken in words that are too long", "abcdefgh ij", 3, 0, ["abc", "def", "gh", "ij"]],
    ["is broken behind marks in a name", "shop.v1.OrderError", 10, 0, ["shop.v1.", "OrderError"]],
    ["is empty", "", 5, 0, [""]],
    ["counts columns", "日本語 日本", 6, 0, ["日本語", "日本"]],
  ])("%s", (_, text, width, hang, lines) => {
    expect(wrap(text, width, hang)).toEqual(lines);
  });

  test("fits its width and loses nothing but spaces, whatever it is made of", () => {
    const word = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("A_LONG_NAME_WITH_MARKS"));
    const words = fc.array(word, { maxLength: 6 });
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 60 }), (words, width) => {
        const lines = wrap(words.join(" "), width);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        const text = lines.join("").replaceAll(" ", "");
        expect(text).toBe(wrap(words.join(" "), 1e9).join("").replaceAll(" ", ""));
        expect(text).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe("the paragraphs of a comment", () => {
  it("are each on one line, as are the items of a list", () => {
    const comment = "What can\ngo wrong.\n\nCommon causes:\n- One that\n  is long.\n* Two.\n\n    code\n    more";
    expect(paragraphs(comment)).toEqual([
      "What can go wrong.",
      "Common causes:",
      "- One that is long.",
      "* Two.",
      "code",
      "more",
    ]);
    expect(paragraphs("")).toEqual([]);
  });
});

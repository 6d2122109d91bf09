import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { padEnd, padStart, painterFor, widthFor, widthOf, wrap } from "../../../src/cli/output/terminal.js";
import { fakeTerminal } from "../fake-terminal.js";

describe("the width of the output", () => {
  it.each<[string, number | undefined, NodeJS.ProcessEnv, number]>([
    ["the width of the screen", 132, {}, 132],
    ["the width of the screen, even if COLUMNS is set", 132, { COLUMNS: "100" }, 132],
    ["COLUMNS if there is no screen", undefined, { COLUMNS: "100" }, 100],
    ["80 by default", undefined, {}, 80],
    ["80 if COLUMNS is not a number", undefined, { COLUMNS: "wide" }, 80],
    ["80 on a screen without a width", 0, {}, 80],
    ["at least 60", 20, {}, 60],
  ])("is %s", (_, columns, env, width) => {
    expect(widthFor(fakeTerminal({ env, ...(columns !== undefined && { columns }) }))).toBe(width);
  });
});

describe("colors", () => {
  it("appear on a screen only", () => {
    expect(painterFor(fakeTerminal({ columns: 80 }))("bold", "x")).toBe("\u001b[1mx\u001b[22m");
    expect(painterFor(fakeTerminal())("bold", "x")).toBe("x");
  });

  it("do not appear if NO_COLOR is set", () => {
    const terminal = fakeTerminal({ columns: 80, env: { NO_COLOR: "1" } });
    Object.assign(terminal.stdout, { hasColors: (env: NodeJS.ProcessEnv) => !env["NO_COLOR"] });
    expect(painterFor(terminal)("bold", "x")).toBe("x");
  });
});

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

  it("can be padded on either side, and is never cut", () => {
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
    ["breaks between words", "one two three", 7, 0, ["one two", "three"]],
    ["is indented after its first line", "one two three", 7, 2, ["one two", "  three"]],
    ["breaks within words that are too long", "abcdefgh ij", 3, 0, ["abc", "def", "gh", "ij"]],
    ["breaks after punctuation in a name", "shop.v1.OrderError", 10, 0, ["shop.v1.", "OrderError"]],
    ["can be empty", "", 5, 0, [""]],
    ["counts columns", "日本語 日本", 6, 0, ["日本語", "日本"]],
  ])("%s", (_, text, width, hang, lines) => {
    expect(wrap(text, width, hang)).toEqual(lines);
  });

  it("takes time linear in the length of a word", () => {
    const word = "w".repeat(1_000_000);
    expect(wrap(word, 80)).toHaveLength(12_500);
    const accents = `e${"\u0301".repeat(1_000_000)}`;
    expect(wrap(accents, 1)).toEqual([accents]);
    expect(wrap(`wide ${accents}`, 4)).toEqual(["wide", accents]);
  });

  test("fits its width and loses nothing but spaces, for any text", () => {
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tokenize } from "../../../src/runtime/proto-loader/tokens.js";
import { runs } from "../../fuzz/runs.js";

function texts(text: string): string[] {
  return tokenize(text)
    .filter(({ kind }) => kind !== "end")
    .map(({ text }) => text);
}

/** The comment above `it`. */
function commentIn(text: string): string | undefined {
  return tokenize(text).find(({ text }) => text === "it")?.comment;
}

describe("tokenize", () => {
  it("splits words, symbols and strings", () => {
    const text = `option (.a.b_1).c = {d: "x y" e: -1.5, 'z'};`;
    expect(texts(text)).toEqual([
      "option",
      "(",
      ".a.b_1",
      ")",
      ".c",
      "=",
      "{",
      "d",
      ":",
      "x y",
      "e",
      ":",
      "-",
      "1.5",
      ",",
      "z",
      "}",
      ";",
    ]);
  });

  it("returns the position of each token", () => {
    const [a, b, , end] = tokenize('a\n  /* \n */ b\r\n\t"c\\\n"');
    expect(a).toMatchObject({ line: 0, column: 0 });
    expect(b).toMatchObject({ line: 2, column: 4 });
    expect(end).toMatchObject({ kind: "end", line: 4, column: 1 });
  });

  it.each([
    ["\\n\\t\\\\\\'\\\"\\?", "\n\t\\'\"?"],
    ["\\a\\b\\f\\r\\v", "\x07\b\f\r\v"],
    ["\\x41\\X5a\\101\\0", "AZA\0"],
    ["\\xc3\\xa9 \\303\\251", "é é"],
    ["\\u00e9\\U0001f600", "é😀"],
    ["\\U00110000", "\ufffd"],
    ["// no comment /* nor this */", "// no comment /* nor this */"],
    ["\\q", "q"],
  ])("reads the string %j as %j", (written, meant) => {
    expect(texts(`"${written}"`)).toEqual([meant]);
  });

  it.each([
    ["a line above", "// one\nit", " one"],
    ["lines above", "a;\n  // one\n  //two\n  it", " one\ntwo"],
    ["a block above", "/* one */\nit", " one "],
    ["a block with stars", "/**\n * one\n *  two\n */\nit", "*\n one\n  two\n"],
    ["a block on its line", "/* one */ it", " one "],
    ["only the last of several comments", "// far\n\n// near\nit", " near"],
    ["only the last block", "/* far */ /* near */\nit", " near "],
    ["a line below a block", "/* far */\n// near\nit", " near"],
    ["none above an empty line", "// far\n\nit", ""],
    ["none behind another token", "a; // of a\nit", ""],
    ["the line below such a comment", "a; // of a\n// of it\nit", " of it"],
    ["none of the previous token", "// of a\na; it", ""],
  ])("finds the comment of a token: %s", (_, text, comment) => {
    expect(commentIn(text)).toBe(comment);
  });

  it("reads any text and returns the right position of every token", () => {
    const part = fc.constantFrom('"', "'", "\\", "/*", "*/", "//", "\n", "a.b", "{", " ", "é");
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const whole = parts.join("");
        const lines = whole.split("\n");
        for (const { kind, text, line, column } of tokenize(whole)) {
          const found = lines[line]?.slice(column);
          if (kind === "string") expect(found).toMatch(/^["']/);
          else expect(found?.startsWith(text)).toBe(true);
        }
      }),
      runs(0.05),
    );
  });
});

import { describe, expect, it } from "vitest";
import { type Language, tokensOf } from "../../../src/reference/explorer/highlight.js";

describe("tokens", () => {
  it.each<[Language, string]>([
    ["json", '{"a\\"b": ["x: y", -1.5e3, true, null]}'],
    ["ts", 'import { A } from "./a.js";\n\nthrow new A({ b: 7n, c: "d" }); // e'],
    ["text", "grpc-status: 5"],
    ["json", '"not closed'],
    ["ts", ""],
  ])("together are the code: %s, %j", (language, code) => {
    expect(
      tokensOf(code, language)
        .map(({ text }) => text)
        .join(""),
    ).toBe(code);
  });

  it("tell keys, texts and numbers apart", () => {
    const kinds = (language: Language, code: string) =>
      tokensOf(code, language).flatMap(({ text, kind }) => (kind ? [[text, kind]] : []));
    expect(kinds("json", '{"a": "b", "c": 7}')).toEqual([
      ['"a"', "key"],
      ['"b"', "string"],
      ['"c"', "key"],
      ["7", "number"],
    ]);
    expect(kinds("ts", "throw new GoneError({ id: 7n }); // gone")).toEqual([
      ["throw", "keyword"],
      ["new", "keyword"],
      ["GoneError", "name"],
      ["id", "key"],
      ["7n", "number"],
      ["// gone", "comment"],
    ]);
  });
});

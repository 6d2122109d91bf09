import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { list, Name, Properties, property, quote, textBlock, tsdoc, values, wrap } from "../../src/plugin/print.js";

/** Characters that could end a literal or a line of it too early. */
const ODD_CHARACTERS = ["a", "'", '"', "\\", "`", "$", "{", "\u2028", "\u2029", "*/", "é", "\ud83d\ude00"];

const LONG = "x".repeat(100);

describe("values between two texts", () => {
  it("are on one line if they fit", () => {
    expect(values("f(", [[new Name("a")], 1], ");")).toEqual(["f([a], 1);"]);
    expect(values("f(", [[]], ");")).toEqual(["f([]);"]);
  });

  it("are on one line each otherwise", () => {
    expect(values("f(", [[LONG], new Properties([["a", LONG]])], ");")).toEqual([
      "f(",
      `  ["${LONG}"],`,
      `  { a: "${LONG}" },`,
      ");",
    ]);
  });

  it("begin on the line of the text before them if there is only one", () => {
    expect(values("f(", [[LONG, "y".repeat(20)]], ");")).toEqual([
      "f([",
      `  "${LONG}",`,
      `  "${"y".repeat(20)}",`,
      "]);",
    ]);
  });
});

describe("a block of text", () => {
  it("has one line for each text", () => {
    expect(textBlock(["a", "b 'c' \\"])).toEqual(["  '\\", "a\\n\\", "b \\'c\\' \\\\\\n\\", "',"]);
  });

  it("is a literal with exactly these lines, whatever they contain", () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom(...ODD_CHARACTERS) }));
    fc.assert(
      fc.property(lines, (lines) => {
        const text: unknown = runInNewContext(`[${textBlock(lines).join("\n")}][0]`);
        expect(text).toBe(lines.map((line) => `${line}\n`).join(""));
      }),
    );
  });
});

describe("a property", () => {
  it("is on one line if it fits", () => {
    expect(property("labels", new Properties([["a", [1, true, new Name("B")]]]), 2)).toEqual([
      "  labels: { a: [1, true, B] },",
    ]);
  });

  it("is broken into lines otherwise", () => {
    const value = new Properties([
      ["text", LONG],
      ["list", [LONG, "yyyyyyyy"]],
      ["call", { callee: "f", args: [LONG, LONG] }],
    ]);
    expect(property("key", value, 2)).toEqual([
      "  key: {",
      `    text: "${LONG}",`,
      "    list: [",
      `      "${LONG}",`,
      '      "yyyyyyyy",',
      "    ],",
      "    call: f(",
      `      ${LONG},`,
      `      ${LONG},`,
      "    ),",
      "  },",
    ]);
    expect(property("clientAction", `${LONG}yyyyyyyyyyyyy`, 0)).toEqual(["clientAction:", `  "${LONG}yyyyyyyyyyyyy",`]);
  });

  it("has quotes around its key if needed, and never sets a prototype", () => {
    expect(property("a-b", 1, 0)).toEqual(['"a-b": 1,']);
    expect(property("__proto__", 1, 0)).toEqual(['["__proto__"]: 1,']);
  });
});

it("any text can be quoted on one line", () => {
  const text = 'a"b\\c\n\u2028\u2029\u0000`\ud800';
  expect(quote(text)).toBe('"a\\"b\\\\c\\n\\u2028\\u2029\\u0000`\\ud800"');
  expect(JSON.parse(quote(text))).toBe(text);
});

it("a broken list has no trailing comma where the syntax allows none", () => {
  expect(list("f<", [LONG, LONG], ">", { comma: false })).toEqual(["f<", `  ${LONG},`, `  ${LONG}`, ">"]);
});

it("a text is wrapped at spaces outside of code", () => {
  expect(wrap("aa `b c` {@link d} e", 10)).toEqual(["aa `b c`", "{@link d}", "e"]);
});

describe("a comment", () => {
  it("escapes the end of a comment and tags in its text", () => {
    expect(tsdoc(["ends */ here", "@internal {@link x}"], "own")).toEqual([
      "/**",
      " * ends *\\/ here",
      " * \\@internal {\\@link x}",
      " *",
      " * own",
      " */",
    ]);
  });

  it("is on one line if its text is", () => {
    expect(tsdoc([], "own")).toEqual(["/** own */"]);
    expect(tsdoc([], "own", { deprecated: true })).toEqual(["/**", " * own", " *", " * @deprecated", " */"]);
  });
});

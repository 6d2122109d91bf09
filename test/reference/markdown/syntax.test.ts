import fc from "fast-check";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { toString as textOf } from "mdast-util-to-string";
import { gfm } from "micromark-extension-gfm";
import { describe, expect, it } from "vitest";
import { code, escapeText, table } from "../../../src/reference/markdown/syntax.js";
import { runs } from "../../fuzz/runs.js";

const text = fc
  .array(fc.oneof(fc.constantFrom(..."\\`*_[]<>~&|#+-1.)!: ax"), fc.string({ unit: "grapheme" })), { maxLength: 12 })
  .map((pieces) => pieces.join("").replace(/[\0\uFEFF]/g, ""))
  .filter((text) => text.trim() !== "");

describe("Markdown", () => {
  it("shows an escaped text as it is", () => {
    fc.assert(
      fc.property(text, (text) => {
        expect(shown(`x ${escapeText(text)} x`)).toBe(plain(`x ${text} x`));
      }),
      runs(0.01),
    );
  });

  it("shows an escaped text at the beginning of a block as it is", () => {
    fc.assert(
      fc.property(text, (text) => {
        const { children } = parse(escapeText(text.trim()));
        expect(children.map(({ type }) => type)).toEqual(["paragraph"]);
      }),
      runs(0.01),
    );
  });

  it("shows code as it is, also in a table, where no bar follows a backslash", () => {
    fc.assert(
      fc.property(text, (text) => {
        fc.pre(!text.includes("\\|"));
        const [cell] = cellsOf(table(["A"], [[code(text)]]));
        expect(cell?.map(({ type }) => type)).toEqual(["inlineCode"]);
        expect(textOf(cell).trim()).toBe(text.replace(/[\r\n]+/g, " ").trim());
      }),
      runs(0.01),
    );
  });

  it("keeps a table's cells apart, whatever they hold", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), (texts) => {
        const cells = cellsOf(
          table(
            texts.map(() => "A"),
            [texts.map((text) => escapeText(text))],
          ),
        );
        expect(cells.map((cell) => plain(textOf(cell)))).toEqual(texts.map((text) => plain(text)));
      }),
      runs(0.01),
    );
  });
});

function parse(markdown: string) {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

function shown(markdown: string): string {
  return plain(textOf(parse(markdown)));
}

/** A text as Markdown shows it: on one line, without white space around it. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** The contents of the cells in the row of a table. */
function cellsOf(markdown: string) {
  const [first] = parse(markdown).children;
  if (first?.type !== "table") throw new Error("the Markdown is not a table");
  return first.children[1]?.children.map(({ children }) => children) ?? [];
}

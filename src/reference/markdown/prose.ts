import type { Root, Text } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { type Handle, toMarkdown } from "mdast-util-to-markdown";
import { visit } from "unist-util-visit";
import { isWebAddress } from "../../declaration/problems.js";
import { escapeText } from "./syntax.js";

/** Returns the comment of a proto, which may be written in Markdown, as blocks of a page. */
export function prose(comment: string): string[] {
  if (comment === "") return [];
  return [isSimple(comment) ? comment : blocksOf(comment)];
}

/** Returns the first paragraph of a comment, for a place where no blocks can stand. */
export function inlineProse(comment: string): string {
  if (comment === "") return "";
  if (isSimple(comment)) return comment.replaceAll("\n", " ");
  return blocksOf(comment, 1).replace(/\s*\n\s*/g, " ");
}

/**
 * Checks whether the parser can read a comment soon. It takes time quadratic in the length, in the depth of quotes and
 * lists, and in the number of marks, and overflows the stack at a depth of some hundreds.
 */
function isReadable(comment: string): boolean {
  const marks = comment.length > 10_000 ? undefined : comment.match(/[*_[\]>`]/g);
  return (
    marks !== undefined && (marks?.length ?? 0) <= 500 && !/^[ \t]*(?:(?:>|[-*+]|\d+[.)])[ \t]*){20}/m.test(comment)
  );
}

/** Returns the first blocks of a comment: parsed and written again, or as text if it is nothing that a person wrote. */
function blocksOf(comment: string, count?: number): string {
  if (!isReadable(comment)) return plain(comment).slice(0, count).join("\n\n");
  return textOf({ type: "root", children: parse(comment).children.slice(0, count) });
}

/** The paragraphs of a comment as plain text. */
function plain(comment: string): string[] {
  const paragraphs = comment.split(/\n(?:[ \t]*\n)+/).filter((text) => text.trim() !== "");
  return paragraphs.map((text) => escapeText(text.trim()));
}

/**
 * Checks whether a comment is one paragraph that can stand in a page as it is: with emphasis and code, but without HTML,
 * links and blocks. Most comments are, and the parser is slow.
 */
function isSimple(comment: string): boolean {
  return comment.split("\n").every((line) => /^[A-Za-z`"'(][^<>[\]&!\\|~\r]*$/.test(line) && !/^```|[ ]$/.test(line));
}

/** The parts of Markdown that would run in a browser, or change the page around a comment. They stay text. */
const FOREIGN = ["htmlFlow", "htmlText", "headingAtx", "setextUnderline", "definition", "labelStartImage"];

/** Parses a comment. Links to anything but web pages become text. */
function parse(comment: string): Root {
  const tree = fromMarkdown(comment, { extensions: [{ disable: { null: FOREIGN } }] });
  visit(tree, "link", ({ url, children }, index, parent) => {
    if (isWebAddress(url) || !parent || index === undefined) return undefined;
    parent.children.splice(index, 1, ...children);
    return index;
  });
  return tree;
}

function textOf(tree: Root): string {
  return toMarkdown(tree, { bullet: "-", emphasis: "_", fences: true, rule: "-", handlers: { text } }).trimEnd();
}

/** Writes a text. A backslash before `<` could become the end of an address before it, and escape nothing. */
const text: Handle = ({ value }: Text, _parent, state, info) => state.safe(value, info).replaceAll("\\<", "&lt;");

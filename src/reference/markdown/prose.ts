import type { Root, Text } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { type Handle, toMarkdown } from "mdast-util-to-markdown";
import { visit } from "unist-util-visit";
import { isWebAddress } from "../../declaration/problems.js";

/** Returns the comment of a proto, which may be written in Markdown, as blocks of a page. */
export function prose(comment: string): string[] {
  if (comment === "") return [];
  return [isSimple(comment) ? comment : textOf(parse(comment))];
}

/** Returns the first paragraph of a comment, for a place where no blocks can stand. */
export function inlineProse(comment: string): string {
  if (comment === "") return "";
  if (isSimple(comment)) return comment.replaceAll("\n", " ");
  const [first] = parse(comment).children;
  return first ? textOf({ type: "root", children: [first] }).replace(/\s*\n\s*/g, " ") : "";
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

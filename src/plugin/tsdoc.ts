import { printable } from "../declaration/problems.js";
import { pad, wrap } from "./layout.js";

/** The width of the text of a comment at the left margin. */
const WIDTH = 117;

/** A TSDoc comment of a proto's comment, a text of our own, and tags. */
export function tsdoc(
  lines: readonly string[],
  own: string,
  { deprecated = false, indent = 0 }: { deprecated?: boolean; indent?: number } = {},
): string[] {
  const body = [
    ...lines.map(escapeTags).map(escapeComment),
    ...(lines.length > 0 ? [""] : []),
    ...wrap(own, WIDTH - indent).map(escapeComment),
    ...(deprecated ? ["", "@deprecated"] : []),
  ];
  const [only] = body;
  if (body.length === 1 && only !== undefined) return [pad(`/** ${only} */`, indent)];
  const starred = body.map((line) => pad(line === "" ? " *" : ` * ${line}`, indent));
  return [pad("/**", indent), ...starred, pad(" */", indent)];
}

/** A TSDoc comment of a text of our own, on one line however long it is. */
export function tsdocLine(own: string): string {
  return `/** ${escapeComment(own)} */`;
}

/** A comment of one line, whatever the text holds. */
export function lineComment(text: string): string {
  return `// ${printable(text)}`;
}

/** A text as code within a comment, so that nothing in it is a tag. */
export function codeSpan(text: string): string {
  return `\`${text.replaceAll("`", "\\u{60}")}\``;
}

/** A line of a comment, so that nothing in it ends the comment, or shows other code than there is. */
function escapeComment(line: string): string {
  return printable(line.replaceAll("*/", "*\\/"));
}

/** A line of a proto's comment, so that nothing in it is a tag. */
function escapeTags(line: string): string {
  return line.replaceAll("@", "\\@");
}

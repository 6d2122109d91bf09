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
    ...lines.map(escapeComment),
    ...(lines.length > 0 ? [""] : []),
    ...wrap(own, WIDTH - indent),
    ...(deprecated ? ["", "@deprecated"] : []),
  ];
  const [only] = body;
  if (body.length === 1 && only !== undefined) return [pad(`/** ${only} */`, indent)];
  const starred = body.map((line) => pad(line === "" ? " *" : ` * ${line}`, indent));
  return [pad("/**", indent), ...starred, pad(" */", indent)];
}

/** A line of a proto's comment, so that nothing in it ends the comment or is a tag. */
function escapeComment(line: string): string {
  return line.replaceAll("*/", "*\\/").replaceAll("@", "\\@");
}

import { escapeSteering, printable } from "../declaration/problems.js";

/** The maximum width of a line of code. */
const WIDTH = 120;

/** A function call. */
interface Call {
  readonly callee: string;
  /** Code, not texts. */
  readonly args: readonly string[];
}

/** A value in generated code. */
export type Literal = string | number | boolean | Name | Call | readonly Literal[] | Properties;

/** A name in generated code. */
export class Name {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object literal in generated code, with its properties in order. */
export class Properties {
  readonly entries: readonly (readonly [key: string, value: Literal])[];

  constructor(entries: readonly (readonly [key: string, value: Literal])[]) {
    this.entries = entries;
  }
}

/** Prints a text as a string literal on one line. */
export function quote(text: string): string {
  return escapeSteering(JSON.stringify(text));
}

/** Prints lines as one string literal, with each line on a line of its own. */
export function textBlock(lines: readonly string[]): string[] {
  const escaped = lines.map((line) => escapeSteering(line.replace(/['\\]/g, "\\$&")));
  return ["  '\\", ...escaped.map((line) => `${line}\\n\\`), "',"];
}

/** Prints a value as an item of a list, on one line if it fits. */
export function item(value: Literal, indent: number): string[] {
  return lead("", value, ",", indent);
}

/** Prints a property of an object, on one line if it fits. */
export function property(key: string, value: Literal, indent: number): string[] {
  const flat = `${flatProperty(key, value)},`;
  if (fits(flat, indent)) return [pad(flat, indent)];
  return lead(`${keyText(key)}: `, value, ",", indent);
}

/** Prints items between two texts: on one line if they fit, otherwise one per line. */
export function list(
  before: string,
  items: readonly string[],
  after: string,
  { indent = 0, comma = true, spaced = false } = {},
): string[] {
  const space = spaced ? " " : "";
  const flat = `${before}${space}${items.join(", ")}${space}${after}`;
  if (fits(flat, indent)) return [pad(flat, indent)];
  const broken = items.map((item, index) => pad(comma || index < items.length - 1 ? `${item},` : item, indent + 2));
  return [pad(before, indent), ...broken, pad(after, indent)];
}

/**
 * Prints values between two texts: on one line if they fit, otherwise one per line. A single value begins on the line
 * of the text before it.
 */
export function values(before: string, items: readonly Literal[], after: string): string[] {
  const [only, ...more] = items;
  if (only !== undefined && more.length === 0) return lead(before, only, after, 0);
  const flat = before + items.map(flatText).join(", ") + after;
  return fits(flat, 0) ? [flat] : [before, ...items.flatMap((item) => lead("", item, ",", 2)), after];
}

/** Breaks a text into lines of a maximum width, at spaces outside of backticks and braces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/(?:`[^`]*`|\{[^}]*\}|\S)+/g) ?? []) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Checks whether a text fits on one line of code. */
export function fits(text: string, indent: number): boolean {
  return indent + text.length <= WIDTH;
}

function pad(text: string, indent: number): string {
  return text === "" ? "" : " ".repeat(indent) + text;
}

/** Prints a value between two texts. If it does not fit on one line, it begins on the line of the text before it. */
function lead(before: string, value: Literal, after: string, indent: number): string[] {
  const flat = before + flatText(value) + after;
  if (fits(flat, indent)) return [pad(flat, indent)];
  if (isList(value)) {
    const items = value.flatMap((item) => lead("", item, ",", indent + 2));
    return [pad(`${before}[`, indent), ...items, pad(`]${after}`, indent)];
  }
  if (value instanceof Properties) {
    const entries = value.entries.flatMap(([key, entry]) => property(key, entry, indent + 2));
    return [pad(`${before}{`, indent), ...entries, pad(`}${after}`, indent)];
  }
  if (typeof value === "object" && "callee" in value) {
    return list(`${before}${value.callee}(`, value.args, `)${after}`, { indent });
  }
  return before === ""
    ? [pad(flat, indent)]
    : [pad(before.trimEnd(), indent), pad(flatText(value) + after, indent + 2)];
}

function flatText(value: Literal): string {
  if (typeof value === "string") return quote(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return `[${value.map(flatText).join(", ")}]`;
  if (value instanceof Name) return value.text;
  if (value instanceof Properties) {
    const entries = value.entries.map(([key, entry]) => flatProperty(key, entry));
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return `${value.callee}(${value.args.join(", ")})`;
}

function flatProperty(key: string, value: Literal): string {
  return value instanceof Name && value.text === key ? key : `${keyText(key)}: ${flatText(value)}`;
}

/** Prints the key of a property. */
export function keyText(key: string): string {
  // A plain `__proto__` key would set the prototype of the object.
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** The maximum width of the text of an unindented comment, without ` * `. */
const COMMENT_WIDTH = 117;

/**
 * Prints a TSDoc comment.
 *
 * @param lines the comment of the proto
 * @param own the generator's own text, which is wrapped; of several lines, each is wrapped for itself
 */
export function tsdoc(
  lines: readonly string[],
  own: string | readonly string[],
  { deprecated = false, indent = 0 }: { deprecated?: boolean; indent?: number } = {},
): string[] {
  const ownLines = [own].flat().flatMap((line) => (line === "" ? [""] : wrap(line, COMMENT_WIDTH - indent)));
  const sections = [
    lines.map(escapeTags).map(escapeComment),
    ownLines.map(escapeComment),
    deprecated ? ["@deprecated"] : [],
  ];
  const body = sections
    .filter((section) => section.length > 0)
    .flatMap((section) => ["", ...section])
    .slice(1);
  const [only] = body;
  if (body.length === 1 && only !== undefined) return [pad(`/** ${only} */`, indent)];
  const starred = body.map((line) => pad(line === "" ? " *" : ` * ${line}`, indent));
  return [pad("/**", indent), ...starred, pad(" */", indent)];
}

/** Prints a TSDoc comment on one line of any length. */
export function tsdocLine(own: string): string {
  return `/** ${escapeComment(own)} */`;
}

/** Prints a comment on one line, even if the text contains line breaks. */
export function lineComment(text: string): string {
  return `// ${printable(text)}`;
}

/** Prints a text as code within a comment, so that TSDoc reads no tags in it. */
export function codeSpan(text: string): string {
  return `\`${text.replaceAll("`", "\\u{60}")}\``;
}

/** Escapes what would end a comment, or would change how an editor shows the code. */
function escapeComment(line: string): string {
  return printable(line.replaceAll("*/", "*\\/"));
}

/** Escapes what TSDoc would read as a tag in a line of a proto's comment. */
function escapeTags(line: string): string {
  return line.replaceAll("@", "\\@");
}

import { escapeSteering, printable } from "../declaration/problems.js";

/** The width of a line, as the formatters of most projects have it. */
const WIDTH = 120;

/** A call of a function with a text and names. */
interface Call {
  readonly callee: string;
  readonly args: readonly string[];
}

/** What can stand in generated code as the value of a property. */
export type Literal = string | number | boolean | Name | Call | readonly Literal[] | Properties;

/** A name that stands for a value. */
export class Name {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The properties of an object, in order. */
export class Properties {
  readonly entries: readonly (readonly [key: string, value: Literal])[];

  constructor(entries: readonly (readonly [key: string, value: Literal])[]) {
    this.entries = entries;
  }
}

/** A text as a string literal, on one line wherever it is printed. */
export function quote(text: string): string {
  return escapeSteering(JSON.stringify(text));
}

/** Lines as one string literal, which begins and ends with a line of its own. */
export function textBlock(lines: readonly string[]): string[] {
  const escaped = lines.map((line) => escapeSteering(line.replace(/['\\]/g, "\\$&")));
  return ["  '\\", ...escaped.map((line) => `${line}\\n\\`), "',"];
}

/** A value as an item of a list, on one line if it fits. */
export function item(value: Literal, indent: number): string[] {
  return lead("", value, ",", indent);
}

/** A property of an object, on one line if it fits. */
export function property(key: string, value: Literal, indent: number): string[] {
  const flat = `${flatProperty(key, value)},`;
  if (fits(flat, indent)) return [pad(flat, indent)];
  return lead(`${keyText(key)}: `, value, ",", indent);
}

/** Items between two texts: on one line if they fit, else on a line each. */
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

/** Values between two texts: on one line if they fit, else on a line each; a single one follows the text before it. */
export function values(before: string, items: readonly Literal[], after: string): string[] {
  const [only, ...more] = items;
  if (only !== undefined && more.length === 0) return lead(before, only, after, 0);
  const flat = before + items.map(flatText).join(", ") + after;
  return fits(flat, 0) ? [flat] : [before, ...items.flatMap((item) => lead("", item, ",", 2)), after];
}

/** Breaks a text into lines of a width, at spaces outside of backticks and braces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/(?:`[^`]*`|\{[^}]*\}|\S)+/g) ?? []) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export function fits(text: string, indent: number): boolean {
  return indent + text.length <= WIDTH;
}

function pad(text: string, indent: number): string {
  return text === "" ? "" : " ".repeat(indent) + text;
}

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

export function keyText(key: string): string {
  // As a plain key it would set the prototype of the object.
  if (key === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

function isList(value: Literal): value is readonly Literal[] {
  return Array.isArray(value);
}

/** The width of the text of a comment at the left margin. */
const COMMENT_WIDTH = 117;

/** A TSDoc comment of a proto's comment, a text of our own, and tags. */
export function tsdoc(
  lines: readonly string[],
  own: string,
  { deprecated = false, indent = 0 }: { deprecated?: boolean; indent?: number } = {},
): string[] {
  const body = [
    ...lines.map(escapeTags).map(escapeComment),
    ...(lines.length > 0 ? [""] : []),
    ...wrap(own, COMMENT_WIDTH - indent).map(escapeComment),
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

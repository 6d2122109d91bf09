import { attempt, textOf } from "./platform/values.js";

/**
 * Fills in a message template: `{field}` and `{field.field}` stand for fields of
 * the detail, `{{` and `}}` for a brace.
 *
 * A field that is not set is left empty. Never throws.
 */
export function renderMessage(template: string, detail: unknown): string {
  let parts = parsed.get(template);
  if (!parts) {
    parts = parse(template);
    parsed.set(template, parts);
  }
  let message = "";
  for (const part of parts) message += typeof part === "string" ? part : fieldText(part, detail);
  return message;
}

/** A getter of the detail may throw, which leaves the field empty. */
function fieldText(path: readonly string[], detail: unknown): string {
  return attempt(() => textOf(resolve(path, detail))) ?? "";
}

/** Literal text, or the path of a field. */
type Part = string | readonly string[];

/** There are as many templates as declared errors. */
const parsed = new Map<string, readonly Part[]>();

const PLACEHOLDER = /\{\{|\}\}|\{([\w.$]+)\}/g;

function parse(template: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: match, 1: path, index } of template.matchAll(PLACEHOLDER)) {
    parts.push(template.slice(end, index), path === undefined ? match.slice(1) : path.split("."));
    end = index + match.length;
  }
  parts.push(template.slice(end));
  return parts;
}

function resolve(path: readonly string[], detail: unknown): unknown {
  let value = detail;
  for (const field of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, field)) return undefined;
    value = (value as Record<string, unknown>)[field];
  }
  return value;
}

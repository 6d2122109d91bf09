import { type Code, isCode } from "../code.js";
import type { Issue } from "../issue.js";
import { attempt, describeValue, textOf } from "../platform/values.js";

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

/** The code and the message of an error, as far as they can be sent. */
interface ErrorHead {
  readonly code: Code | undefined;
  /** Well-formed. */
  readonly message: string | undefined;
}

/** Tells whether the code and the message of an error can be sent as they are. Never throws. */
export function isSendable(error: Headed): boolean {
  try {
    const message: unknown = error.message;
    return isCode(error.code) && typeof message === "string" && message.isWellFormed();
  } catch {
    return false;
  }
}

/** Reads the code and the message of an error, which may have been changed since it was made. Never throws. */
export function headOf(error: Headed): ErrorHead {
  const code = attempt(() => error.code);
  const message: unknown = attempt(() => error.message);
  return {
    code: isCode(code) ? code : undefined,
    message: typeof message === "string" ? message.toWellFormed() : undefined,
  };
}

interface Headed extends Error {
  readonly code: unknown;
}

/** What was changed of an error so that it cannot be sent. Never throws. */
export function changesOf(error: Headed): Issue[] {
  const issues: Issue[] = [];
  if (isSendable(error)) return issues;
  const { code, message } = headOf(error);
  if (code === undefined) {
    const text = describeValue(attempt(() => error.code));
    const issue = `the code was changed to ${text}, which is not the status code of an error; the code before is sent`;
    issues.push({ kind: "invalid-code", message: issue });
  }
  const given: unknown = attempt(() => error.message);
  if (message === undefined || message !== given) {
    const issue = `the message was changed to ${describeValue(given)}, which cannot be sent as it is`;
    issues.push({ kind: "invalid-value", message: issue });
  }
  return issues;
}

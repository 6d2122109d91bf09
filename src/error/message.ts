import { type Code, isCode } from "../code.js";
import type { Definition, EnumNames } from "../definition.js";
import type { DetailCodec } from "../detail/detail.js";
import { type Redaction, redactionOf } from "../detail/process-redaction.js";
import type { Issue } from "../issue.js";
import { attempt, describeValue, isObject, textOf } from "../platform/values.js";

/**
 * Renders a message template with the fields of a detail.
 *
 * - `{field}` and `{field.field}` stand for fields, `{{` and `}}` for braces.
 * - A value of an enum is written by name, a value of unknown name as its number, and a list with commas.
 * - A field that is left out has the value that a client receives for it, such as 0.
 * - A field without any value, or that is neither a scalar nor a list of scalars, becomes an empty text.
 * - A field that is redacted becomes `[redacted]`.
 *
 * Never throws.
 *
 * @param definition the codec of the detail, and the enums of fields by the text in their braces
 */
export function renderMessage(
  template: string,
  detail: unknown,
  { detail: codec, enumNames }: Pick<Definition, "detail" | "enumNames"> = {},
): string {
  let parts = parsed.get(template);
  if (!parts) {
    parts = parse(template);
    parsed.set(template, parts);
  }
  let message = "";
  const redaction = codec && redactionOf(codec.typeName);
  let received: { readonly detail: unknown } | undefined;
  for (const part of parts) {
    if (typeof part === "string") {
      message += part;
      continue;
    }
    const names = enumNames?.[part.text];
    let text = redaction ? undefined : fieldText(part.path, detail, names, Object.hasOwn);
    if (text === undefined && codec) {
      received ??= { detail: attempt(() => decoded(codec, codec.encode(detail), redaction)) };
      text = fieldText(part.path, received.detail, names, hasField);
    }
    message += text ?? "";
  }
  return message;
}

/** Returns a message as a client decodes it, or as people may see it if it has redacted fields. */
function decoded(codec: DetailCodec<unknown>, bytes: Uint8Array, redaction: Redaction | undefined): unknown {
  return redaction ? redaction.show(codec, bytes) : codec.decode(bytes);
}

type HasField = (message: object, field: string) => boolean;

/** Decoded messages of some libraries inherit the values of fields that are not set. */
const hasField: HasField = (message, field) =>
  Object.hasOwn(message, field) || (field in message && !(field in Object.prototype));

/** A getter of the detail may throw, which leaves the field empty. */
function fieldText(
  path: readonly string[],
  detail: unknown,
  names: EnumNames | undefined,
  has: HasField,
): string | undefined {
  return attempt(() => valueText(resolve(path, detail, has), names));
}

function valueText(value: unknown, names: EnumNames | undefined): string | undefined {
  if (Array.isArray(value)) return value.map((item) => scalarText(item, names) ?? "").join(", ");
  return scalarText(value, names);
}

function scalarText(value: unknown, names: EnumNames | undefined): string | undefined {
  return (typeof value === "number" ? names?.[value] : undefined) ?? textOf(value);
}

/** Literal text, or a field. */
type Part = string | Placeholder;

interface Placeholder {
  /** The text in the braces. */
  readonly text: string;
  readonly path: readonly string[];
}

/** Never cleared, because there are only as many templates as declared errors. */
const parsed = new Map<string, readonly Part[]>();

const PLACEHOLDER = /\{\{|\}\}|\{([\w.$]+)\}/g;

function parse(template: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: match, 1: text, index } of template.matchAll(PLACEHOLDER)) {
    parts.push(template.slice(end, index), text === undefined ? match.slice(1) : { text, path: text.split(".") });
    end = index + match.length;
  }
  parts.push(template.slice(end));
  return parts;
}

function resolve(path: readonly string[], detail: unknown, has: HasField): unknown {
  let value = detail;
  for (const field of path) {
    if (!isObject(value) || !has(value, field)) return undefined;
    value = (value as Record<string, unknown>)[field];
  }
  return value;
}

/** An error whose head, its code and message, users may set to anything after it was made. */
interface Headed extends Error {
  readonly code: unknown;
}

/** The parts of an error's head that can be sent. */
interface SendableHead {
  readonly code: Code | undefined;
  readonly message: string | undefined;
}

/** Checks whether the code and the message of an error can be sent as they are. Never throws. */
export function isSendable(error: Headed): boolean {
  try {
    const message: unknown = error.message;
    return isCode(error.code) && typeof message === "string" && message.isWellFormed();
  } catch {
    return false;
  }
}

function sendableHeadOf(error: Headed): SendableHead {
  const code = attempt(() => error.code);
  const message: unknown = attempt(() => error.message);
  return {
    code: isCode(code) ? code : undefined,
    message: typeof message === "string" ? message.toWellFormed() : undefined,
  };
}

/** Gives a copy of an error the code and the message of the error, as far as they can be sent. Never throws. */
export function withHeadOf<Copy extends Headed & HasIssues>(error: Headed & HasIssues, copy: Copy): Copy {
  const { code = copy.code, message = copy.message } = sendableHeadOf(error);
  return Object.defineProperties(copy, {
    code: { value: code },
    message: { value: message },
    stack: { value: attempt(() => error.stack) },
    issues: { value: attempt(() => error.issues) ?? [] },
  });
}

interface HasIssues {
  readonly issues: readonly Issue[];
}

/** Returns an issue for a code or a message that was set to a value that cannot be sent. Never throws. */
export function headIssues(error: Headed): Issue[] {
  const issues: Issue[] = [];
  if (isSendable(error)) return issues;
  const { code, message } = sendableHeadOf(error);
  if (code === undefined) {
    const value = describeValue(attempt(() => error.code));
    const text = `the code was set to ${value}, which is not an error code from 1 to 16; the original code is sent`;
    issues.push({ kind: "invalid-code", message: text });
  }
  const given: unknown = attempt(() => error.message);
  if (message === undefined) {
    const text = `the message was set to ${describeValue(given)}, which is not a string; the original message is sent`;
    issues.push({ kind: "invalid-value", message: text });
  } else if (message !== given) {
    const text = `the message was set to ${describeValue(given)}, which has lone surrogates; U+FFFD replaces each of them`;
    issues.push({ kind: "invalid-value", message: text });
  }
  return issues;
}

import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { inWords } from "../defaults.js";
import type { EnumNames } from "../definition.js";
import { oneOf } from "./problems.js";
import { isRedactedField } from "./redacted-fields.js";

/** The message of an error: texts, and paths to fields of its detail. */
export type Template = readonly (string | readonly DescField[])[];

/**
 * Parses the message of an annotation.
 *
 * @param report called with each mistake, without its subject: `uses {id}, but …`, and with its kind
 */
export function parseTemplate(
  text: string,
  detail: DescMessage | undefined,
  report: (mistake: string, kind: "MESSAGE_FIELDS" | "MESSAGE_REDACTED") => void,
): Template {
  const parts: (string | readonly DescField[])[] = [];
  let end = 0;
  for (const { 0: match, 1: name, index } of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)) {
    parts.push(text.slice(end, index));
    end = index + match.length;
    if (name !== undefined) {
      const path = detail ? resolve(name, detail) : noDetail(name);
      if (typeof path === "string") report(path, "MESSAGE_FIELDS");
      else if (path.some(isRedactedField)) report(`uses {${name}}, ${REDACTED}`, "MESSAGE_REDACTED");
      else parts.push(path);
    } else if (match.length === 2) {
      parts.push(match.slice(1));
    } else {
      report(
        `has a single ${match} at character ${index + 1}; write ${match}${match} for a literal brace`,
        "MESSAGE_FIELDS",
      );
    }
  }
  parts.push(text.slice(end));
  return parts;
}

const REDACTED =
  "which is marked debug_redact; write the text without it, because messages and addresses are not redacted";

/**
 * The message of an error whose annotation has none: the reason in words, then the scalar fields of the detail.
 * Optional fields are left out, because they would leave gaps, and redacted ones, because messages show up in logs.
 */
export function defaultTemplate(reason: string, detail: DescMessage | undefined): Template {
  const parts: (string | readonly DescField[])[] = [inWords(reason)];
  for (const field of detail?.fields ?? []) {
    if (field.fieldKind !== "scalar" || field.scalar === ScalarType.BYTES) continue;
    if (field.oneof || field.proto.proto3Optional || isRedactedField(field)) continue;
    parts.push(`${parts.length === 1 ? ":" : ","} ${inWords(field.name)} `, [field]);
  }
  return parts;
}

/** A template as text, with each field in braces by the name that a library gives it. */
export function templateText(template: Template, property: (path: readonly DescField[]) => string): string {
  return template
    .map((part) => (typeof part === "string" ? part.replace(/[{}]/g, "$&$&") : `{${property(part)}}`))
    .join("");
}

/** The enums of the fields in a template, by the text in their braces. */
export function templateEnums(
  template: Template,
  property: (path: readonly DescField[]) => string,
): readonly (readonly [text: string, desc: DescEnum])[] {
  return template.flatMap((part) => {
    const desc = typeof part === "string" ? undefined : part.at(-1)?.enum;
    return desc && typeof part !== "string" ? [[property(part), desc] as const] : [];
  });
}

/**
 * Returns the property of a message of protobuf-es that holds a field: `"currentLeader.host"`.
 *
 * A field whose type is a wrapper holds the wrapped value itself.
 */
export function protobufEsProperty(path: readonly DescField[]): string {
  return path
    .filter((field, index) => index === 0 || !isWrapper(field.parent))
    .map((field) => field.localName)
    .join(".");
}

/** The names of an enum's values. An alias comes after the value that it repeats, and is left out. */
export function enumNamesOf({ values }: DescEnum): EnumNames {
  const names = new Map<number, string>();
  for (const { number, name } of values) if (!names.has(number)) names.set(number, name);
  return Object.fromEntries(names);
}

function noDetail(name: string): string {
  return `uses {${name}}, but the error has no detail; write has_details: true, or {{${name}}} for literal text`;
}

/** Returns the path of fields that a placeholder names, or the mistake in it. */
function resolve(name: string, detail: DescMessage): readonly DescField[] | string {
  const path: DescField[] = [];
  let message = detail;
  for (const [index, fieldName] of name.split(".").entries()) {
    const field = message.fields.find((field) => field.name === fieldName);
    if (!field) {
      const mistake = `uses {${name}}, but ${message.typeName} has no field ${JSON.stringify(fieldName)}`;
      return `${mistake}; ${alternatives(message, path)}`;
    }
    path.push(field);
    const mistake = mistakeIn(field);
    if (mistake) return `uses {${name}}, but ${field.name} ${mistake}; ${alternatives(message, path.slice(0, -1))}`;
    const isLast = index === name.split(".").length - 1;
    if (field.fieldKind === "message") {
      if (isLast && !isWrapper(field.message)) {
        return `uses {${name}}, but ${field.name} is a message; ${alternatives(field.message, path)}`;
      }
      message = field.message;
    } else if (!isLast) {
      return `uses {${name}}, but ${field.name} has no fields; write {${nameOf(path)}}`;
    }
  }
  return path;
}

/** Returns why a message cannot use a field, or `undefined` if it can. */
function mistakeIn(field: DescField): string | undefined {
  if (field.fieldKind === "list" && field.listKind === "message") return "is repeated";
  if (field.fieldKind === "map") return "is a map";
  if (field.oneof) return `is in the oneof ${field.oneof.name}, which is { $case, value } in TypeScript`;
  if (field.scalar === ScalarType.BYTES) return "is bytes";
  if (field.message?.typeName === "google.protobuf.BytesValue") return "is bytes";
  if (field.fieldKind === "message" && isReplaced(field.message)) return `is a ${field.message.typeName}`;
  return undefined;
}

function alternatives(message: DescMessage, before: readonly DescField[]): string {
  const fields = message.fields.filter((field) => mistakeIn(field) === undefined && !isRedactedField(field));
  if (fields.length === 0) return `remove it, because ${message.typeName} has no field that a message can use`;
  const names = fields.map((field) => {
    const isPath = field.fieldKind === "message" && !isWrapper(field.message);
    return `{${nameOf([...before, field])}${isPath ? ".…" : ""}}`;
  });
  return `write ${oneOf(names)}`;
}

function nameOf(path: readonly DescField[]): string {
  return path.map((field) => field.name).join(".");
}

/** Checks whether a message is a wrapper such as `google.protobuf.StringValue`. */
export function isWrapper(message: DescMessage): boolean {
  return WRAPPER.test(message.typeName);
}

/** Checks whether libraries replace a message by another type, such as a `Date` or an array. */
function isReplaced(message: DescMessage): boolean {
  return REPLACED.test(message.typeName);
}

const WRAPPER = /^google\.protobuf\.(Bool|Bytes|Double|Float|Int32|Int64|String|UInt32|UInt64)Value$/;
const REPLACED = /^google\.protobuf\.(FieldMask|ListValue|Struct|Timestamp|Value)$/;

import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { inWords } from "../defaults.js";
import { oneOf } from "./problems.js";

/** The message of an error: text, and fields of its detail by their path. */
export type Template = readonly (string | readonly DescField[])[];

/** Reads a message as it is written in an annotation; reports what is wrong with it. */
export function parseTemplate(
  text: string,
  detail: DescMessage | undefined,
  report: (mistake: string) => void,
): Template {
  const parts: (string | readonly DescField[])[] = [];
  let end = 0;
  for (const { 0: match, 1: name, index } of text.matchAll(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g)) {
    parts.push(text.slice(end, index));
    end = index + match.length;
    if (name !== undefined) {
      const path = detail ? resolve(name, detail) : noDetail(name);
      if (typeof path === "string") report(path);
      else parts.push(path);
    } else if (match.length === 2) {
      parts.push(match.slice(1));
    } else {
      report(`message has a lone ${match} at character ${index + 1}; write ${match}${match} for a brace that is text`);
    }
  }
  parts.push(text.slice(end));
  return parts;
}

/**
 * The message of an error that has none written: the reason in words, then the
 * detail's scalar fields, but for optional ones, which would leave gaps.
 */
export function defaultTemplate(reason: string, detail: DescMessage | undefined): Template {
  const parts: (string | readonly DescField[])[] = [inWords(reason)];
  for (const field of detail?.fields ?? []) {
    if (field.fieldKind !== "scalar" || field.scalar === ScalarType.BYTES) continue;
    if (field.oneof || field.proto.proto3Optional) continue;
    parts.push(`${parts.length === 1 ? ":" : ","} ${inWords(field.name)} `, [field]);
  }
  return parts;
}

/** A template as text, with the fields in braces under the names of a library. */
export function templateText(template: Template, property: (path: readonly DescField[]) => string): string {
  return template
    .map((part) => (typeof part === "string" ? part.replace(/[{}]/g, "$&$&") : `{${property(part)}}`))
    .join("");
}

function noDetail(name: string): string {
  return `message names {${name}}, and the error carries no detail; write has_details: true, or {{${name}}} for text`;
}

/** The fields that a placeholder leads through, or what is wrong with it. */
function resolve(name: string, detail: DescMessage): readonly DescField[] | string {
  const path: DescField[] = [];
  let message = detail;
  for (const [index, fieldName] of name.split(".").entries()) {
    const field = message.fields.find((field) => field.name === fieldName);
    if (!field) {
      const found = `message names {${name}}, and ${message.typeName} has no field ${JSON.stringify(fieldName)}`;
      return `${found}; ${alternatives(message, path)}`;
    }
    path.push(field);
    const why = mistakeIn(field);
    if (why) return `message names {${name}}, and ${field.name} ${why}; ${alternatives(message, path.slice(0, -1))}`;
    const isLast = index === name.split(".").length - 1;
    if (field.fieldKind === "message") {
      if (isLast && !isWrapper(field.message)) {
        const found = `message names {${name}}, and ${field.name} is a message`;
        return `${found}; ${alternatives(field.message, path)}`;
      }
      message = field.message;
    } else if (!isLast) {
      return `message names {${name}}, and ${field.name} has no fields; write {${nameOf(path)}}`;
    }
  }
  return path;
}

/** Why a field cannot stand in a message, nor lead to one that can. */
function mistakeIn(field: DescField): string | undefined {
  if (field.fieldKind === "list") return "is repeated";
  if (field.fieldKind === "map") return "is a map";
  if (field.oneof) return `is one of the oneof ${field.oneof.name}, which TypeScript has as { $case, value }`;
  if (field.fieldKind === "scalar" && field.scalar === ScalarType.BYTES) return "is bytes";
  if (field.message?.typeName === "google.protobuf.BytesValue") return "is bytes";
  if (field.fieldKind === "message" && isReplaced(field.message)) return `is a ${field.message.typeName}`;
  return undefined;
}

function alternatives(message: DescMessage, before: readonly DescField[]): string {
  const fields = message.fields.filter((field) => mistakeIn(field) === undefined);
  if (fields.length === 0) return `write the message without it, since ${message.typeName} has no field for a message`;
  const names = fields.map((field) => {
    const isPath = field.fieldKind === "message" && !isWrapper(field.message);
    return `{${nameOf([...before, field])}${isPath ? ".…" : ""}}`;
  });
  return `write ${oneOf(names)}`;
}

function nameOf(path: readonly DescField[]): string {
  return path.map((field) => field.name).join(".");
}

/** Tells whether a message is one of `google.protobuf.StringValue` and its like. */
export function isWrapper(message: DescMessage): boolean {
  return WRAPPER.test(message.typeName);
}

/** Tells whether a message is one that libraries have as something else than its fields: a `Date`, a list, anything. */
function isReplaced(message: DescMessage): boolean {
  return REPLACED.test(message.typeName);
}

const WRAPPER = /^google\.protobuf\.(Bool|Bytes|Double|Float|Int32|Int64|String|UInt32|UInt64)Value$/;
const REPLACED = /^google\.protobuf\.(FieldMask|ListValue|Struct|Timestamp|Value)$/;

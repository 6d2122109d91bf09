import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { parseComment } from "../declaration/comment.js";
import type { Element } from "../declaration/proto-source.js";
import type { Schema } from "../declaration/schema.js";

/** A message that is a detail, or that one holds. */
export interface ListedMessage {
  /** The full name. */
  readonly type: string;
  readonly deprecated: boolean;
  /** The comment above. */
  readonly documentation: string;
  readonly fields: readonly ListedField[];
}

export interface ListedField {
  readonly name: string;
  readonly number: number;
  /** As in a proto: `"string"`, `"shop.v1.Part"`, `"map<string, int32>"`. Of a list, what it is a list of. */
  readonly type: string;
  readonly label: Label;
  /** The oneof that the field is of. */
  readonly oneof?: string;
  readonly deprecated: boolean;
  /** The comment above. */
  readonly documentation: string;
}

/**
 * How often a field can be there.
 *
 * - `optional`: of a scalar's or an enum's type, and one can tell whether it is set.
 * - `singular`: of a message's type, in a oneof, or at its default where it is not set.
 * - `required`: always there, as proto2 has it.
 */
export type Label = "singular" | "optional" | "required" | "repeated" | "map";

/** A message with its fields in the order of their declaration. */
export function listedMessage(message: DescMessage, schema: Schema): ListedMessage {
  return {
    type: message.typeName,
    deprecated: message.deprecated,
    documentation: commentOf(message, schema),
    fields: message.fields.map((field) => ({
      name: field.name,
      number: field.number,
      type: typeOf(field),
      label: labelOf(field),
      ...(field.oneof && { oneof: field.oneof.name }),
      deprecated: field.deprecated,
      documentation: commentOf(field, schema),
    })),
  };
}

/**
 * The messages that fields of some messages hold, and fields of those, in the
 * order of their names. The well-known types of protobuf are not among them.
 */
export function messagesWithin(messages: readonly DescMessage[]): DescMessage[] {
  const found = new Set<DescMessage>();
  const pending = [...messages];
  for (let message = pending.pop(); message; message = pending.pop()) {
    for (const { message: held } of message.fields) {
      if (!held || found.has(held) || held.file.proto.package === "google.protobuf") continue;
      found.add(held);
      pending.push(held);
    }
  }
  return [...found].sort((a, b) => (a.typeName < b.typeName ? -1 : 1));
}

function typeOf(field: DescField): string {
  const type = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
  return field.fieldKind === "map" ? `map<${scalarName(field.mapKey)}, ${type}>` : type;
}

function scalarName(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "" : ScalarType[scalar].toLowerCase();
}

function labelOf(field: DescField): Label {
  if (field.fieldKind === "list") return "repeated";
  if (field.fieldKind === "map") return "map";
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return "required";
  const isOptional = field.presence === FeatureSet_FieldPresence.EXPLICIT && !field.message && !field.oneof;
  return isOptional ? "optional" : "singular";
}

function commentOf(element: Element, schema: Schema): string {
  return parseComment(schema.comment(element), "").lines.join("\n");
}

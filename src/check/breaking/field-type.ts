import { type DescField, ScalarType } from "@bufbuild/protobuf";

/** How values of a type are encoded, and how they look in JSON. Types with the same form can replace each other. */
interface TypeForm {
  readonly wire: "varint" | "zigzag" | "fixed32" | "float" | "fixed64" | "double" | "text" | "message";
  readonly json: "number" | "digits" | "boolean" | "text" | "base64" | "name" | "object";
}

/**
 * The effect of a changed type:
 *
 * - `none`: every reader reads the same, such as with `int32` and `uint32`.
 * - `json`: only the bytes are the same, such as with `int32` and `int64`, which is a text in JSON.
 * - `wire`: the bytes differ.
 */
export type TypeEffect = "none" | "json" | "wire";

/** @see https://protobuf.dev/programming-guides/proto3/#updating */
export function typeEffect(before: DescField, after: DescField): TypeEffect {
  const [old, current] = [formOf(before), formOf(after)];
  if (old.wire !== current.wire) return "wire";
  return old.json === current.json ? "none" : "json";
}

/** Checks whether values of both types look the same in JSON and in code. */
export function isSameInCode(before: DescField, after: DescField): boolean {
  return formOf(before).json === formOf(after).json;
}

/** The type of a field as a proto names it. For a map, that of its values. */
export function typeText(field: DescField): string {
  if (field.message) return field.message.typeName;
  if (field.enum) return field.enum.typeName;
  return field.scalar === undefined ? "" : (ScalarType[field.scalar]?.toLowerCase() ?? "");
}

/** `"repeated"`, `"map"` or `"singular"`, with the type of a map's keys. */
export function cardinalityOf(field: DescField): string {
  if (field.fieldKind === "list") return "repeated";
  return field.fieldKind === "map" ? `a map by ${ScalarType[field.mapKey]?.toLowerCase()}` : "singular";
}

function formOf({ message, enum: desc, scalar }: DescField): TypeForm {
  if (message) return { wire: "message", json: "object" };
  if (desc || scalar === undefined) return { wire: "varint", json: "name" };
  return FORMS[scalar];
}

const FORMS: Readonly<Record<ScalarType, TypeForm>> = {
  [ScalarType.INT32]: { wire: "varint", json: "number" },
  [ScalarType.UINT32]: { wire: "varint", json: "number" },
  [ScalarType.INT64]: { wire: "varint", json: "digits" },
  [ScalarType.UINT64]: { wire: "varint", json: "digits" },
  [ScalarType.BOOL]: { wire: "varint", json: "boolean" },
  [ScalarType.SINT32]: { wire: "zigzag", json: "number" },
  [ScalarType.SINT64]: { wire: "zigzag", json: "digits" },
  [ScalarType.FIXED32]: { wire: "fixed32", json: "number" },
  [ScalarType.SFIXED32]: { wire: "fixed32", json: "number" },
  [ScalarType.FLOAT]: { wire: "float", json: "number" },
  [ScalarType.FIXED64]: { wire: "fixed64", json: "digits" },
  [ScalarType.SFIXED64]: { wire: "fixed64", json: "digits" },
  [ScalarType.DOUBLE]: { wire: "double", json: "number" },
  [ScalarType.STRING]: { wire: "text", json: "text" },
  [ScalarType.BYTES]: { wire: "text", json: "base64" },
};

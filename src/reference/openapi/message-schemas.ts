import type { ListedField, ListedFieldEnum, ListedMessage } from "../listing.js";
import { base64Pattern, type JsonSchema, refTo } from "./json-schema.js";

/**
 * The schema of a message in proto3 JSON.
 *
 * No field is required, because the format `"status"` leaves out zeros and empty values.
 *
 * @see https://protobuf.dev/programming-guides/json/
 */
export function messageSchema({ type, documentation, deprecated, fields }: ListedMessage): JsonSchema {
  return {
    title: type,
    ...(documentation !== "" && { description: documentation }),
    ...(deprecated && { deprecated }),
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.jsonName, fieldSchema(field)])),
  };
}

/** The schema of an enum: the names that it declares, or a number that it does not declare. */
export function enumSchema({ name, documentation, values }: ListedFieldEnum): JsonSchema {
  return {
    title: name,
    ...(documentation !== "" && { description: documentation }),
    anyOf: [{ type: "string", enum: values.map(({ name }) => name) }, { type: "integer" }],
  };
}

export function fieldSchema({ type, label, deprecated, documentation }: ListedField): JsonSchema {
  const about = { ...(documentation !== "" && { description: documentation }), ...(deprecated && { deprecated }) };
  if (label === "repeated") return { ...about, type: "array", items: typeSchema(type) };
  const [, value] = /^map<\w+, (.*)>$/.exec(type) ?? [];
  if (value !== undefined) return { ...about, type: "object", additionalProperties: typeSchema(value) };
  return { ...about, ...typeSchema(type) };
}

/** The schema of one value of a type, by the type's name in a proto. */
function typeSchema(type: string): JsonSchema {
  return SCALARS[type] ?? wellKnownSchema(type) ?? { $ref: refTo(type) };
}

/** The schema of a well-known type, which has a JSON form of its own. Returns `undefined` for any other type. */
export function wellKnownSchema(type: string): JsonSchema | undefined {
  const [, name] = /^google\.protobuf\.(\w+)$/.exec(type) ?? [];
  return name === undefined ? undefined : (WELL_KNOWN[name] ?? {});
}

const INTEGER = { type: "integer" };
const LONG = {
  description: 'A 64-bit integer. A string in the format "status". Otherwise a number if a double can hold it.',
  type: ["integer", "string"],
  pattern: "^-?[0-9]+$",
};
const NUMBER = { anyOf: [{ type: "number" }, { enum: ["NaN", "Infinity", "-Infinity"] }] };
const BYTES = { type: "string", contentEncoding: "base64", pattern: base64Pattern };
const STRING = { type: "string" };
const BOOL = { type: "boolean" };

const SCALARS: Readonly<Record<string, JsonSchema>> = {
  double: NUMBER,
  float: NUMBER,
  int32: INTEGER,
  uint32: INTEGER,
  sint32: INTEGER,
  fixed32: INTEGER,
  sfixed32: INTEGER,
  int64: LONG,
  uint64: LONG,
  sint64: LONG,
  fixed64: LONG,
  sfixed64: LONG,
  bool: BOOL,
  string: STRING,
  bytes: BYTES,
};

const WELL_KNOWN: Readonly<Record<string, JsonSchema>> = {
  Timestamp: { type: "string", format: "date-time" },
  Duration: { type: "string", pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$" },
  FieldMask: STRING,
  Empty: { type: "object" },
  Struct: { type: "object" },
  Value: {},
  NullValue: { type: "null" },
  ListValue: { type: "array" },
  Any: { type: "object" },
  DoubleValue: NUMBER,
  FloatValue: NUMBER,
  Int32Value: INTEGER,
  UInt32Value: INTEGER,
  Int64Value: LONG,
  UInt64Value: LONG,
  BoolValue: BOOL,
  StringValue: STRING,
  BytesValue: BYTES,
};

import {
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type Registry,
  ScalarType,
} from "@bufbuild/protobuf";
import { type JsonDetail, typeNameOf } from "../detail/detail.js";
import { isJsonDetail } from "../detail-json.js";
import { isObject, mapEntries } from "./json.js";

/**
 * Makes numbers of the 64-bit integers in a detail's proto3 JSON, which has
 * strings for them, as far as a double holds them.
 */
export function withPlainNumbers(detail: JsonDetail, types: Registry): JsonObject {
  const type = types.getMessage(typeNameOf(detail["@type"]));
  // A type with JSON of its own stands under `value`, whatever its fields are.
  if (type && WRAPPERS.has(type.typeName)) return mapEntries(detail, (value) => plain(value));
  return type ? ofFields(detail, type, types) : { ...detail };
}

const WRAPPERS = new Set(["google.protobuf.Int64Value", "google.protobuf.UInt64Value"]);

function ofMessage(json: JsonValue, type: DescMessage, types: Registry): JsonValue {
  if (WRAPPERS.has(type.typeName)) return plain(json);
  if (isJsonDetail(json) && type.typeName === "google.protobuf.Any") return withPlainNumbers(json, types);
  return isObject(json) ? ofFields(json, type, types) : json;
}

function ofFields(json: JsonObject, { fields }: DescMessage, types: Registry): JsonObject {
  const byName = new Map(fields.map((field) => [field.jsonName, field]));
  return mapEntries(json, (value, name) => {
    const field = byName.get(name);
    return field ? ofField(value, field, types) : value;
  });
}

function ofField(json: JsonValue, field: DescField, types: Registry): JsonValue {
  const one = (value: JsonValue) => {
    if (field.message) return ofMessage(value, field.message, types);
    return field.scalar !== undefined && LONGS.has(field.scalar) ? plain(value) : value;
  };
  if (field.fieldKind === "list" && Array.isArray(json)) return json.map(one);
  if (field.fieldKind === "map" && isObject(json)) return mapEntries(json, one);
  return one(json);
}

const LONGS = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

function plain(json: JsonValue): JsonValue {
  const number = typeof json === "string" && /^-?\d+$/.test(json) ? Number(json) : undefined;
  return number !== undefined && Number.isSafeInteger(number) ? number : json;
}

import {
  create,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type JsonWriteOptions,
  type Registry,
  ScalarType,
  toJson,
} from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { isObject, mapEntries } from "./parsed-body.js";

/** How a message is written as JSON. */
interface JsonStyle {
  /** Fields that are 0, empty or false are written too. */
  readonly alwaysEmitImplicit?: boolean;
}

/** The bytes of a detail whose type is not known, in base64. No field of a message can have this name. */
const BYTES = "@bytes";

/**
 * A packed detail as proto3 JSON.
 *
 * A detail of an unknown type, or whose bytes are not of its type, becomes
 * `{"@type": …, "@bytes": …}`, and its bytes are the same when they come back. Never throws.
 */
export function detailToJson({ typeUrl, value }: ErrorDetail, types: Registry, style: JsonStyle = {}): JsonDetail {
  try {
    const options: Partial<JsonWriteOptions> = { ...style, registry: types };
    const json = toJson(AnySchema, create(AnySchema, { typeUrl, value }), options);
    if (isJsonDetail(json)) {
      const { "@type": _, ...fields } = json;
      return { "@type": typeUrl, ...fields };
    }
  } catch {
    // It goes on as it came.
  }
  return { "@type": typeUrl, [BYTES]: base64Encode(value) };
}

/**
 * A detail in proto3 JSON, packed. Fields that its type does not have are left out.
 *
 * @throws if the type is not known, or the JSON is not of it
 */
export function detailFromJson(json: JsonDetail, types: Registry): ErrorDetail {
  const { "@type": typeUrl, [BYTES]: bytes } = json;
  if (typeof bytes === "string") return { typeUrl, value: base64Decode(bytes) };
  const any = fromJson(AnySchema, { ...json }, { registry: types, ignoreUnknownFields: true });
  return { typeUrl: any.typeUrl, value: any.value };
}

/** Tells whether a value is a detail in JSON, of whatever type. */
export function isJsonDetail(json: unknown): json is JsonDetail {
  return typeof json === "object" && json !== null && "@type" in json && typeof json["@type"] === "string";
}

/** Tells whether a detail in JSON is no more than its bytes. */
export function isOpaque(json: JsonDetail): boolean {
  return typeof json[BYTES] === "string";
}

/** Tells whether a detail in JSON can be packed, if it is right. */
export function canPack(json: JsonDetail, types: Registry): boolean {
  return isOpaque(json) || types.getMessage(typeNameOf(json["@type"])) !== undefined;
}

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

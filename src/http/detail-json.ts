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
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { base64Decode, base64Encode } from "../platform/base64.js";
import { isJsonObject, mapEntries } from "./parsed-body.js";

/** Options for writing a message as JSON. */
interface JsonStyle {
  /** Writes fields that are 0, empty or false too. */
  readonly alwaysEmitImplicit?: boolean;
}

/** The member for the bytes of a detail of an unknown type, in base64. No field can have this name. */
const BYTES = "@bytes";

/**
 * Returns a packed detail as proto3 JSON. Never throws.
 *
 * A detail of an unknown type, or with malformed bytes, becomes `{"@type": …, "@bytes": …}`.
 * {@link detailFromJson} restores the same bytes.
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
    // The bytes are not a message of the type.
  }
  return { "@type": typeUrl, [BYTES]: base64Encode(value) };
}

/**
 * Packs a detail in proto3 JSON. Fields that its type does not have are left out.
 *
 * @throws Error if the type is unknown, or the JSON does not match it
 */
export function detailFromJson(json: JsonDetail, types: Registry): ErrorDetail {
  const { "@type": typeUrl, [BYTES]: bytes } = json;
  if (typeof bytes === "string") return { typeUrl, value: base64Decode(bytes) };
  const any = fromJson(AnySchema, { ...json }, { registry: types, ignoreUnknownFields: true });
  return { typeUrl: any.typeUrl, value: any.value };
}

/** Checks whether a value is a detail in JSON, of any type. */
export function isJsonDetail(json: unknown): json is JsonDetail {
  return typeof json === "object" && json !== null && "@type" in json && typeof json["@type"] === "string";
}

/** Checks whether a detail in JSON consists of bytes, because its type was unknown. */
export function isOpaque(json: JsonDetail): boolean {
  return typeof json[BYTES] === "string";
}

/** Checks whether a detail in JSON can be packed, provided that it matches its type. */
export function canPack(json: JsonDetail, types: Registry): boolean {
  return isOpaque(json) || types.getMessage(typeNameOf(json["@type"])) !== undefined;
}

/**
 * Returns a detail in which 64-bit integers are numbers, where proto3 JSON has strings.
 * Integers that a double cannot hold stay strings.
 */
export function withPlainNumbers(detail: JsonDetail, types: Registry): JsonObject {
  const type = types.getMessage(typeNameOf(detail["@type"]));
  // In an Any, a well-known type has its JSON under `value`.
  if (type && WRAPPERS.has(type.typeName)) return mapEntries(detail, (value) => plain(value));
  return type ? ofFields(detail, type, types) : { ...detail };
}

const WRAPPERS = new Set(["google.protobuf.Int64Value", "google.protobuf.UInt64Value"]);

function ofMessage(json: JsonValue, type: DescMessage, types: Registry): JsonValue {
  if (WRAPPERS.has(type.typeName)) return plain(json);
  if (isJsonDetail(json) && type.typeName === "google.protobuf.Any") return withPlainNumbers(json, types);
  return isJsonObject(json) ? ofFields(json, type, types) : json;
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
  if (field.fieldKind === "map" && isJsonObject(json)) return mapEntries(json, one);
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

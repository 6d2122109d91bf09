import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { EMPTY, type ErrorDetail, type JsonDetail, typeNameOf } from "../detail/detail.js";
import { standardTypes } from "../message/standard-types.js";
import { type Field, isLong, isMessageType, Message, type MessageType, type MessageTypes } from "../message/types.js";
import { base64Decode, base64Encode } from "../platform/base64.js";
import { type JsonStyle, MessageJson } from "./message-json.js";
import { isJsonObject, mapEntries } from "./parsed-body.js";

/** The member for the bytes of a detail of an unknown type, in base64. No field can have this name. */
const BYTES = "@bytes";

/**
 * Returns a packed detail as proto3 JSON. Never throws.
 *
 * A detail of an unknown type, or with malformed bytes, becomes `{"@type": …, "@bytes": …}`.
 * {@link detailFromJson} restores the same bytes.
 */
export function detailToJson({ typeUrl, value }: ErrorDetail, types: MessageTypes, style: JsonStyle = {}): JsonDetail {
  try {
    const json = new MessageJson(types, style).write(anyOf({ typeUrl, value }));
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
export function detailFromJson(json: JsonDetail, types: MessageTypes): ErrorDetail {
  const { "@type": typeUrl, [BYTES]: bytes } = json;
  if (typeof bytes === "string") return { typeUrl, value: base64Decode(bytes) };
  const any = new MessageJson(types).read(ANY(), { ...json });
  return { typeUrl: any.get("type_url") as string, value: (any.get("value") ?? EMPTY) as Uint8Array };
}

/** The type of a detail, which every reader has. */
const ANY = () => standardTypes().messages.get("google.protobuf.Any") as MessageType;

function anyOf({ typeUrl, value }: ErrorDetail): Message {
  const any = new Message(ANY());
  for (const field of any.type.fields) any.set(field, field.name === "value" ? value : typeUrl);
  return any;
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
export function canPack(json: JsonDetail, types: MessageTypes): boolean {
  return isOpaque(json) || types.get(typeNameOf(json["@type"])) !== undefined;
}

/**
 * Returns a detail in which 64-bit integers are numbers, where proto3 JSON has strings.
 * Integers that a double cannot hold stay strings.
 */
export function withPlainNumbers(detail: JsonDetail, types: MessageTypes): JsonObject {
  const type = types.get(typeNameOf(detail["@type"]));
  // In an Any, a well-known type has its JSON under `value`.
  if (type && WRAPPERS.has(type.typeName)) return mapEntries(detail, (value) => plain(value));
  return type ? ofFields(detail, type, types) : { ...detail };
}

const WRAPPERS = new Set(["google.protobuf.Int64Value", "google.protobuf.UInt64Value"]);

function ofMessage(json: JsonValue, type: MessageType, types: MessageTypes): JsonValue {
  if (WRAPPERS.has(type.typeName)) return plain(json);
  if (isJsonDetail(json) && type.typeName === "google.protobuf.Any") return withPlainNumbers(json, types);
  return isJsonObject(json) ? ofFields(json, type, types) : json;
}

function ofFields(json: JsonObject, { fields }: MessageType, types: MessageTypes): JsonObject {
  const byName = new Map(fields.map((field) => [field.jsonName, field]));
  return mapEntries(json, (value, name) => {
    const field = byName.get(name);
    return field ? ofField(value, field, types) : value;
  });
}

function ofField(json: JsonValue, { type, isList, key }: Field, types: MessageTypes): JsonValue {
  const one = (value: JsonValue) => {
    if (isMessageType(type)) return ofMessage(value, type, types);
    return isLong(type) ? plain(value) : value;
  };
  if (isList && Array.isArray(json)) return json.map(one);
  if (key && isJsonObject(json)) return mapEntries(json, one);
  return one(json);
}

function plain(json: JsonValue): JsonValue {
  const number = typeof json === "string" && /^-?\d+$/.test(json) ? Number(json) : undefined;
  return number !== undefined && Number.isSafeInteger(number) ? number : json;
}

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { MAX_SECONDS } from "../detail/duration.js";
import { camelCase } from "../message/type-table.js";
import {
  type Field,
  Message,
  type MessageType,
  type MessageTypes,
  type Scalar,
  type ScalarName,
  type Value,
  zeroOf,
} from "../message/types.js";
import { decodeMessage, encodeMessage } from "../message/wire-format.js";
import { isJsonObject, quoted } from "./parsed-body.js";
import { scalarFromJson, scalarToJson } from "./scalar-json.js";

/** Writes and reads the messages that a well-known type contains. */
export interface Json {
  readonly types: MessageTypes;
  /** Whether the message is in a field of the type Struct. */
  readonly isInStruct: boolean;
  write(message: Message): JsonValue;
  read(type: MessageType, json: JsonValue): Message;
}

/** The JSON of a type that is not an object with its fields. */
interface WellKnownJson {
  /** @throws TypeError if JSON does not have the message */
  write(message: Message, json: Json): JsonValue;
  /** @throws TypeError if the value is not a message of the type */
  read(message: Message, value: JsonValue, json: Json): void;
}

export const VALUE = "google.protobuf.Value";
export const STRUCT = "google.protobuf.Struct";

/** Returns the JSON of a type if it has its own. */
export function wellKnownJson({ typeName }: MessageType): WellKnownJson | undefined {
  const name = typeName.startsWith(PACKAGE) ? typeName.slice(PACKAGE.length) : "";
  return Object.hasOwn(WELL_KNOWN, name) ? WELL_KNOWN[name] : undefined;
}

const PACKAGE = "google.protobuf.";

/** The only field of a type, or one by its number. */
function fieldOf({ type }: Message, number = 1): Field {
  // The standard types are complete.
  return type.fields.find((field) => field.number === number) as Field;
}

function contentOf(message: Message, number = 1): Value {
  const field = fieldOf(message, number);
  return message.values.get(field) ?? (field.isList ? [] : field.key ? {} : zeroOf(field.type));
}

function textOf(value: JsonValue, type: string): string {
  if (typeof value === "string") return value;
  throw new TypeError(`${quoted(value)} is not a ${type}`);
}

const wrapper: WellKnownJson = {
  write: (message) => scalarToJson(fieldOf(message).type as ScalarName, contentOf(message) as Scalar),
  read(message, value) {
    const field = fieldOf(message);
    const scalar = value === null ? undefined : scalarFromJson(field.type as ScalarName, value);
    if (scalar !== undefined) message.set(field, scalar);
  },
};

/** Returns the digits of nanoseconds behind a point: three, six or nine, or none. */
function fraction(nanos: number): string {
  return nanos === 0
    ? ""
    : `.${String(nanos)
        .padStart(9, "0")
        .replace(/(000){1,2}$/, "")}`;
}

function nanosOf(digits = ""): number {
  return Number(digits.padEnd(9, "0"));
}

const timestamp: WellKnownJson = {
  write(message) {
    const [ms, nanos] = [Number(contentOf(message)) * 1000, Number(contentOf(message, 2))];
    if (ms < FIRST_MS || ms > LAST_MS || nanos < 0 || nanos > 999_999_999)
      throw new TypeError("a Timestamp is out of range");
    return new Date(ms).toISOString().replace(".000Z", `${fraction(nanos)}Z`);
  },
  read(message, value) {
    const [, time, digits, zone] = RFC_3339.exec(textOf(value, "Timestamp")) ?? [];
    const ms = time === undefined ? Number.NaN : Date.parse(time + zone);
    if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw new TypeError(`${quoted(value)} is not a Timestamp`);
    message.set(fieldOf(message), BigInt(ms / 1000));
    message.set(fieldOf(message, 2), nanosOf(digits));
  },
};

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
/** From 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z. */
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_000;

const duration: WellKnownJson = {
  write(message) {
    const [seconds, nanos] = [contentOf(message) as bigint, Number(contentOf(message, 2))];
    const isMixed = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0);
    if (isMixed || Math.abs(Number(seconds)) > MAX_SECONDS || Math.abs(nanos) > 999_999_999)
      throw new TypeError("a Duration is out of range");
    return `${nanos < 0 && seconds === 0n ? "-" : ""}${seconds}${fraction(Math.abs(nanos))}s`;
  },
  read(message, value) {
    const [, sign, whole, digits] = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(textOf(value, "Duration")) ?? [];
    if (whole === undefined || Number(whole) > MAX_SECONDS) throw new TypeError(`${quoted(value)} is not a Duration`);
    const factor = sign ? -1 : 1;
    message.set(fieldOf(message), BigInt(whole) * BigInt(factor));
    message.set(fieldOf(message, 2), nanosOf(digits) * factor || 0);
  },
};

const fieldMask: WellKnownJson = {
  write(message) {
    const paths = (contentOf(message) as readonly string[]).map((path) => {
      if (snakeCase(camelCase(path)) !== path) throw new TypeError(`JSON has no name for the path ${quoted(path)}`);
      return camelCase(path);
    });
    return paths.join(",");
  },
  read(message, value) {
    const text = textOf(value, "FieldMask");
    if (text.includes("_")) throw new TypeError(`${quoted(value)} has a path with an underscore`);
    if (text !== "") message.set(fieldOf(message), text.split(",").map(snakeCase));
  },
};

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const struct: WellKnownJson = {
  write: (message, json) => {
    const fields = Object.entries(contentOf(message) as Readonly<Record<string, Message>>);
    return Object.fromEntries(fields.map(([name, value]) => [name, json.write(value)]));
  },
  read(message, value, json) {
    if (!isJsonObject(value)) throw new TypeError(`${quoted(value)} is not an object`);
    const field = fieldOf(message);
    const map: Record<string, Message> = Object.create(null);
    for (const [name, one] of Object.entries(value)) map[name] = json.read(field.type as MessageType, one);
    message.set(field, map);
  },
};

const listValue: WellKnownJson = {
  write: (message, json) => (contentOf(message) as readonly Message[]).map((one) => json.write(one)),
  read(message, value, json) {
    if (!Array.isArray(value)) throw new TypeError(`${quoted(value)} is not an array`);
    const field = fieldOf(message);
    message.set(
      field,
      value.map((one) => json.read(field.type as MessageType, one)),
    );
  },
};

const value: WellKnownJson = {
  write(message, json) {
    const [entry] = message.values;
    // As protobuf-es does, a Struct takes such a Value for null.
    if (!entry && json.isInStruct) return null;
    if (!entry) throw new TypeError("a Value has no value");
    const [{ type }, one] = entry;
    if (one instanceof Message) return json.write(one);
    if (typeof one === "number" && !Number.isFinite(one)) throw new TypeError("a Value is NaN or infinite");
    return scalarToJson(type as ScalarName, one as Scalar);
  },
  read(message, given, json) {
    const kind = given === null ? 1 : Array.isArray(given) ? 6 : KINDS.indexOf(typeof given);
    if (kind < 1) throw new TypeError(`${quoted(given)} is not a JSON value`);
    const field = fieldOf(message, kind);
    if (kind < 5) return message.set(field, given === null ? 0 : (given as Scalar));
    // Only Values count as nested, as in protobuf's own readers.
    const nested = new Message(field.type as MessageType);
    (kind === 5 ? struct : listValue).read(nested, given, json);
    message.set(field, nested);
  },
};

/** The fields of a Value for the types of JSON values, by their numbers. */
const KINDS: readonly string[] = ["", "", "number", "string", "boolean", "object"];

const any: WellKnownJson = {
  write(message, json) {
    const typeUrl = contentOf(message) as string;
    if (typeUrl === "") return {};
    const type = typeIn(typeUrl, json);
    const content = json.write(decodeMessage(type, contentOf(message, 2) as Uint8Array));
    const fields = wellKnownJson(type) ? { value: content } : (content as JsonObject);
    return { ...fields, "@type": typeUrl };
  },
  read(message, given, json) {
    if (!isJsonObject(given)) throw new TypeError(`${quoted(given)} is not an object`);
    const { "@type": typeUrl, ...fields } = given;
    if (typeUrl === undefined && Object.keys(fields).length === 0) return;
    const type = typeIn(textOf(typeUrl ?? null, "type URL"), json);
    const hasValue = wellKnownJson(type) && Object.hasOwn(fields, "value");
    const content = json.read(type, hasValue ? (fields["value"] ?? null) : fields);
    message.set(fieldOf(message), `type.googleapis.com/${type.typeName}`);
    message.set(fieldOf(message, 2), encodeMessage(content));
  },
};

function typeIn(typeUrl: string, { types }: Json): MessageType {
  const type = types.get(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
  if (!type) throw new TypeError(`the type ${quoted(typeUrl)} is not known`);
  return type;
}

const WELL_KNOWN: Readonly<Record<string, WellKnownJson>> = {
  Any: any,
  Timestamp: timestamp,
  Duration: duration,
  FieldMask: fieldMask,
  Struct: struct,
  Value: value,
  ListValue: listValue,
  DoubleValue: wrapper,
  FloatValue: wrapper,
  Int64Value: wrapper,
  UInt64Value: wrapper,
  Int32Value: wrapper,
  UInt32Value: wrapper,
  BoolValue: wrapper,
  StringValue: wrapper,
  BytesValue: wrapper,
};

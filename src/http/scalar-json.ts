import type { JsonValue } from "@bufbuild/protobuf";
import type { EnumType, Scalar, ScalarName } from "../message/types.js";
import { base64Decode, base64Encode } from "../platform/base64.js";
import { isBytes } from "../platform/bytes.js";
import { quoted } from "./parsed-body.js";

/** Returns a scalar, or a value of an enum, as JSON. */
export function scalarToJson(type: ScalarName | EnumType, value: Scalar): JsonValue {
  if (typeof type !== "string")
    return type.typeName === NULL ? null : (type.names.get(value as number) ?? (value as number));
  if (typeof value === "bigint") return String(value);
  if (isBytes(value)) return base64Encode(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** The enum whose only value is null in JSON. */
export const NULL = "google.protobuf.NullValue";

/**
 * Reads a scalar, or a value of an enum, from JSON. Returns `undefined` for the name of an unknown value.
 *
 * @throws TypeError if the type has no such value
 */
export function scalarFromJson(type: ScalarName | EnumType, json: JsonValue): Scalar | undefined {
  if (typeof type !== "string") return enumFromJson(type, json);
  const value = READERS[type](json);
  if (value === undefined) throw new TypeError(`${quoted(json)} is not ${LABELS[type] ?? `of the type ${type}`}`);
  return value;
}

/** Reads the key of a map. Returns the text under which it is kept. */
export function keyFromJson(type: ScalarName, text: string): string {
  const isBool = type === "bool" && (text === "true" || text === "false");
  // "01" and "1" are one key.
  const key = type.endsWith("64") ? text.replace(/^(-?)0+(?=\d)/, "$1").replace(/^-0$/, "0") : text;
  return String(isBool ? text : scalarFromJson(type, key));
}

function enumFromJson(type: EnumType, json: JsonValue): number | undefined {
  if (type.typeName === NULL && json === null) return 0;
  if (typeof json === "string") return type.numbers.get(json);
  const isKnown = type.isOpen ? isInteger(json, -(2 ** 31), 2 ** 31) : type.names.has(json as number);
  if (isKnown) return json as number;
  throw new TypeError(`${quoted(json)} is not a value of ${type.typeName}`);
}

/** Returns the value that JSON stands for, or `undefined` if the type does not have it. */
type Reader = (json: JsonValue) => Scalar | undefined;

function integers(first: number, end: number): Reader {
  return (json) => {
    const number = numberIn(json);
    return isInteger(number, first, end) ? number : undefined;
  };
}

function isInteger(value: unknown, first: number, end: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= first && value < end;
}

function longs(first: bigint, end: bigint): Reader {
  return (json) => {
    if (typeof json !== "number" && (typeof json !== "string" || json === "")) return undefined;
    try {
      const long = BigInt(json);
      return long >= first && long < end ? long : undefined;
    } catch {
      return undefined;
    }
  };
}

/** Returns the number that a JSON number or its text stands for. White space around it is not allowed. */
function numberIn(json: JsonValue): number | undefined {
  if (typeof json === "number") return json;
  const isText = typeof json === "string" && json !== "" && json.trim().length === json.length;
  return isText ? Number(json) : undefined;
}

const SPECIAL: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity"]);

const double: Reader = (json) => {
  if (SPECIAL.has(json)) return Number(json);
  const number = numberIn(json);
  return Number.isFinite(number) ? number : undefined;
};

const float: Reader = (json) => {
  const number = double(json);
  const isTooLarge = Number.isFinite(number) && !Number.isFinite(Math.fround(number as number));
  return isTooLarge ? undefined : number;
};

const signed = integers(-(2 ** 31), 2 ** 31);
const unsigned = integers(0, 2 ** 32);
const signedLong = longs(-(2n ** 63n), 2n ** 63n);
const unsignedLong = longs(0n, 2n ** 64n);

const READERS: Readonly<Record<ScalarName, Reader>> = {
  double,
  float,
  int32: signed,
  sint32: signed,
  sfixed32: signed,
  uint32: unsigned,
  fixed32: unsigned,
  int64: signedLong,
  sint64: signedLong,
  sfixed64: signedLong,
  uint64: unsignedLong,
  fixed64: unsignedLong,
  bool: (json) => (typeof json === "boolean" ? json : undefined),
  string: (json) => (typeof json === "string" && json.isWellFormed() ? json : undefined),
  bytes: (json) => (typeof json === "string" ? base64Decode(json) : undefined),
};

const LABELS: Partial<Record<ScalarName, string>> = {
  string: "a text of Unicode",
  bool: "true or false",
  bytes: "base64",
};

import { isBytes } from "../platform/bytes.js";
import { isLong, isObject, textOf } from "../platform/values.js";
import type { FieldProblems } from "./field-problems.js";
import type { ValueType } from "./value-types.js";

/** A scalar type, as protos name it. */
export type ScalarName =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** The protobuf library that encodes a value. The libraries differ in the values that they accept. */
export type Library = "protobufjs" | "protobuf-es";

/** Returns the type of a scalar. */
export function scalarType(name: ScalarName, library: Library): ValueType {
  switch (name) {
    case "string":
      return TEXT;
    case "bool":
      return BOOLEAN;
    case "bytes":
      return library === "protobufjs" ? BYTES_OR_BASE64 : BYTES;
    case "double":
      return DOUBLE;
    case "float":
      return FLOAT;
    default:
      return new IntegerValue(name, library);
  }
}

/** Returns the type of the keys of a map. A key is the text of a scalar. */
export function keyType(name: ScalarName): ValueType {
  if (name === "string") return TEXT;
  return name === "bool" ? BOOLEAN_KEY : new IntegerValue(name as IntegerName, undefined);
}

type IntegerName = Exclude<ScalarName, "double" | "float" | "bool" | "string" | "bytes">;

/** A scalar type whose values need no further look once they are accepted. */
class ScalarValue implements ValueType {
  /**
   * @param rule what is wrong with a value that is not accepted
   * @param accepts checks whether a value can be sent as it is
   * @param convert returns a value of the type that has the same text, or `undefined`
   */
  constructor(
    readonly rule: string,
    readonly accepts: (value: unknown) => boolean,
    readonly convert: (value: unknown) => unknown = () => undefined,
  ) {}

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    if (this.accepts(value)) return value;
    const sent = this.convert(value);
    problems.wrong(path, value, this.rule, { sent });
    return sent;
  }
}

const TEXT = new ScalarValue("not a string", (value) => typeof value === "string", textOf);
const BOOLEAN = new ScalarValue("not a boolean", (value) => typeof value === "boolean");
const BOOLEAN_KEY = new ScalarValue('not "true" or "false"', (value) => value === "true" || value === "false");

const isByte = (value: unknown) => typeof value === "number" && (value & 0xff) === value;
const isBytesOrList = (value: unknown) => isBytes(value) || (Array.isArray(value) && value.every(isByte));
const isBase64 = (value: unknown) => typeof value === "string" && /^[\w+/-]*={0,2}$/.test(value);
const BYTES = new ScalarValue("not a Uint8Array", isBytesOrList);
const BYTES_OR_BASE64 = new ScalarValue("not bytes or base64", (value) => isBytesOrList(value) || isBase64(value));

const isNumber = (value: unknown): value is number => typeof value === "number";
const DOUBLE = new ScalarValue("not a number", isNumber, numberOf);
const FLOAT = new ScalarValue(
  "not a number that fits into 32 bits",
  (value) => isNumber(value) && isFloat(value),
  (value) => {
    const number = numberOf(value);
    return number !== undefined && isFloat(number) ? number : undefined;
  },
);

function isFloat(value: number): boolean {
  return !Number.isFinite(value) || Number.isFinite(Math.fround(value));
}

/** Returns the number that a text or a bigint stands for. */
function numberOf(value: unknown): number | undefined {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

/**
 * An integer type.
 *
 * - All libraries accept a number, and the text of a 64-bit integer.
 * - protobufjs also accepts a `Long`.
 * - A number above 2^53 is sent, but it probably is not the one that was meant.
 */
class IntegerValue implements ValueType {
  readonly #name: IntegerName;
  readonly #library: Library | undefined;
  readonly #isLong: boolean;
  readonly #first: bigint;
  readonly #last: bigint;

  /** @param library the library, or `undefined` for the key of a map */
  constructor(name: IntegerName, library: Library | undefined) {
    this.#name = name;
    this.#library = library;
    this.#isLong = name.endsWith("64");
    const bits = this.#isLong ? 64n : 32n;
    const isUnsigned = name.startsWith("u") || name.startsWith("f");
    this.#first = isUnsigned ? 0n : -(2n ** (bits - 1n));
    this.#last = 2n ** (isUnsigned ? bits : bits - 1n) - 1n;
  }

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    if (isNumber(value) && Number.isSafeInteger(value) && this.#holds(value)) return value;
    if (this.#isLong && typeof value === "string" && SHORT_INTEGER.test(value) && this.#holds(Number(value)))
      return value;
    if (this.#library === "protobufjs" && this.#isLong && isBits(value)) return value;
    const integer = integerOf(value);
    if (integer === undefined || !this.#holds(integer)) {
      return problems.wrong(path, value, `not an integer from ${this.#first} to ${this.#last} (${this.#name})`);
    }
    if (isNumber(value)) {
      problems.wrong(path, value, "which a number does not hold exactly", { sent: integer, advice: "write a bigint" });
      return value;
    }
    if (this.#library === undefined) return value;
    if (this.#isLong) return this.#library === "protobufjs" ? String(integer) : this.#plain(value, integer);
    const sent = Number(integer);
    if (typeof value !== "bigint") problems.wrong(path, value, `not a number (${this.#name})`, { sent });
    return sent;
  }

  /** Returns what protobuf-es accepts without loss. */
  #plain(value: unknown, integer: bigint): unknown {
    return typeof value === "bigint" || typeof value === "string" ? value : integer;
  }

  #holds(integer: bigint | number): boolean {
    return this.#first <= integer && integer <= this.#last;
  }
}

/** The text of an integer that a number holds exactly. */
const SHORT_INTEGER = /^-?\d{1,15}$/;

/** Checks whether a value has the shape of a `Long`, which older copies of the library do not mark. */
function isBits(value: unknown): boolean {
  if (!isObject(value)) return false;
  return isLong(value) || (isNumber(Reflect.get(value, "low")) && isNumber(Reflect.get(value, "high")));
}

function integerOf(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (isNumber(value)) return Number.isInteger(value) ? BigInt(value) : undefined;
  const text = textOf(value);
  return text !== undefined && /^-?\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

import { isErrorValue, isObject } from "../platform/values.js";
import type { ReaderClass } from "../wire/message-reader.js";

/** Checks whether code of ts-proto refused a 64-bit integer that the type `number` cannot hold exactly. */
export function isUnsafeInteger(thrown: unknown): boolean {
  return isErrorValue(thrown) && /\bNumber\.M(AX|IN)_SAFE_INTEGER$/.test(thrown.message);
}

/** The function {@link decodeUnsafe}. */
export type DecodeUnsafe = typeof decodeUnsafe;

/**
 * Decodes a message in which integers that the type `number` cannot hold exactly are `NaN`. `unsafeIntegersOf`
 * returns what they are.
 *
 * @param decode code that ts-proto generated with `forceLong=number`
 * @throws whatever the code throws
 */
export function decodeUnsafe<T>(
  bytes: Uint8Array,
  base: ReaderClass,
  typeName: string,
  decode: (reader: object) => T,
): T {
  const Reader = unsafeReader(base);
  const integers: bigint[] = [];
  const message = decode(new Reader(bytes, () => "NaN"));
  // The same message, with a number for each such integer that says which one it is.
  const numbered = decode(new Reader(bytes, (integer) => String(FIRST + integers.push(integer) - 1)));
  const found = new Map<string, number>();
  compare(message, numbered, "", found);
  const texts = [...found].map(
    ([field, number]) =>
      `the field ${field} of the detail "${typeName}" is ${integers[number - FIRST]}, which a number cannot hold; ` +
      "it is NaN here; generate ts-proto's code with forceLong=bigint",
  );
  if (isObject(message)) unsafe.set(message, texts);
  return message;
}

/** Returns a text for each field of a message that is `NaN` because of {@link decodeUnsafe}. */
export function unsafeIntegersOf(message: unknown): readonly string[] {
  return (isObject(message) && unsafe.get(message)) || NONE;
}

const unsafe = new WeakMap<object, readonly string[]>();
const NONE: readonly string[] = [];

/** The number of the first integer. No key of a map is near it. */
const FIRST = Number.MIN_SAFE_INTEGER;

/** Finds the fields that are `NaN` in a message and a number in the other. The first value of a list or map counts. */
function compare(message: unknown, numbered: unknown, field: string, found: Map<string, number>): void {
  if (typeof message === "number") {
    if (Number.isNaN(message) && typeof numbered === "number" && !Number.isNaN(numbered) && !found.has(field)) {
      found.set(field, numbered);
    }
  } else if (Array.isArray(message) && Array.isArray(numbered)) {
    for (const [index, value] of message.entries()) compare(value, numbered[index], field, found);
  } else if (message instanceof Map && numbered instanceof Map) {
    compare([...message].flat(), [...numbered].flat(), field, found);
  } else if (isObject(message) && isObject(numbered) && !ArrayBuffer.isView(message)) {
    compareFields(Object.entries(message), new Map(Object.entries(numbered)), field, found);
  }
}

/** A map whose keys are properties has the key `"NaN"` or a number, instead of a value. */
function compareFields(
  entries: readonly (readonly [string, unknown])[],
  numbered: ReadonlyMap<string, unknown>,
  field: string,
  found: Map<string, number>,
): void {
  for (const [name, value] of entries) {
    if (numbered.has(name)) compare(value, numbered.get(name), field === "" ? name : `${field}.${name}`, found);
    else compare(Number.NaN, Number([...numbered.keys()].find((key) => Number(key) < FIRST / 2)), field, found);
  }
}

type UnsafeReaderClass = new (bytes: Uint8Array, replace: (integer: bigint) => string) => object;

const METHODS = ["int64", "uint64", "sint64", "fixed64", "sfixed64"] as const;

/** Returns the class of a reader that replaces integers that a number cannot hold exactly. */
function unsafeReader(base: ReaderClass): UnsafeReaderClass {
  const methods: Record<(typeof METHODS)[number], () => bigint | string> = base.prototype;
  class UnsafeReader extends base {
    readonly replace: (integer: bigint) => string;

    constructor(bytes: Uint8Array, replace: (integer: bigint) => string) {
      super(bytes);
      this.replace = replace;
    }
  }
  for (const method of METHODS) {
    Object.defineProperty(UnsafeReader.prototype, method, {
      value(this: UnsafeReader): bigint | string {
        const integer = BigInt(methods[method].call(this));
        return Number.isSafeInteger(Number(integer)) ? integer : this.replace(integer);
      },
    });
  }
  return UnsafeReader;
}

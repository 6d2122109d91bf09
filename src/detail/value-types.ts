import { insteadOf } from "../platform/names.js";
import { attempt, isObject, tagOf } from "../platform/values.js";
import type { DetailCodec } from "./detail.js";
import { type DetailCheck, type EncodedRest, entryPathOf, FieldProblems, pathOf } from "./field-problems.js";
import { hidesValues } from "./process-redaction.js";

/** The type of a field's value. It knows which values the field can hold. */
export interface ValueType {
  /**
   * Returns the value to encode: the value itself, one that means the same, or `undefined` if the field cannot hold it.
   *
   * @param path the path of the field
   * @param problems receives what is wrong with the value
   */
  check(value: unknown, path: string, problems: FieldProblems): unknown;
}

/** A type whose values are not checked. */
export const ANYTHING: ValueType = { check: (value) => value };

/** The fields of a message type, by the properties that hold them. */
export type FieldTypes = ReadonlyMap<string, ValueType>;

/**
 * A message type. Its values are objects: literals, instances of classes, and messages of a protobuf library.
 *
 * - A property that is `undefined` or `null` counts as missing, and stands for the default.
 * - Properties that begin with `$` belong to protobuf libraries.
 */
export class MessageValue implements ValueType {
  readonly typeName: string;
  readonly #load: () => FieldTypes;
  #fields: FieldTypes | undefined;

  /** @param load returns the fields. Called once and late, because a message may contain others of its own type */
  constructor(typeName: string, load: () => FieldTypes) {
    this.typeName = typeName;
    this.#load = load;
  }

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    if (!isRecord(value)) return problems.wrong(path, value, `not a ${this.typeName}`);
    // protobufjs and proto-loader pack such a message themselves.
    if (this.typeName === "google.protobuf.Any" && "@type" in value) return value;
    this.#fields ??= this.#load();
    let copy: Record<string, unknown> | undefined;
    for (const property of Object.keys(value)) {
      const given = value[property];
      if (given === undefined || given === null || property.startsWith("$")) continue;
      const type = this.#fields.get(property);
      if (!type) {
        problems.unknown(path, property, given, [...this.#fields.keys()]);
        continue;
      }
      const sent = type.check(given, pathOf(path, property), problems);
      if (sent === given) continue;
      copy ??= ownFields(value);
      if (sent === undefined) delete copy[property];
      else copy[property] = sent;
    }
    return copy ?? value;
  }
}

/** An enum. Its values are numbers, and names where the library accepts them. */
export class EnumValue implements ValueType {
  readonly #typeName: string;
  readonly #numbers: Readonly<Record<string, number>>;
  readonly #acceptsNames: boolean;

  /** @param numbers the numbers of the values, by their names */
  constructor(typeName: string, numbers: Readonly<Record<string, number>>, acceptsNames: boolean) {
    this.#typeName = typeName;
    this.#numbers = numbers;
    this.#acceptsNames = acceptsNames;
  }

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    // A number without a name is sent, because a newer version of the enum may have it.
    if (typeof value === "number" && (value | 0) === value) return value;
    const isName = typeof value === "string" && Object.hasOwn(this.#numbers, value);
    if (isName && this.#acceptsNames) return value;
    if (isName) {
      const sent = this.#numbers[value];
      problems.wrong(path, value, "a name and not a number", { sent });
      return sent;
    }
    const advice = typeof value === "string" ? insteadOf(value, Object.keys(this.#numbers)) : undefined;
    return problems.wrong(path, value, `not a value of ${this.#typeName}`, advice === undefined ? {} : { advice });
  }
}

/** A repeated field. */
export class ListValue implements ValueType {
  readonly #item: ValueType;

  constructor(item: ValueType) {
    this.#item = item;
  }

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    if (!Array.isArray(value)) return problems.wrong(path, value, "not an array");
    let isSame = true;
    const items: unknown[] = [];
    for (const [index, given] of value.entries()) {
      const sent = this.#item.check(given, entryPathOf(path, index), problems);
      if (sent !== undefined) items.push(sent);
      isSame &&= sent === given && sent !== undefined;
    }
    return isSame ? value : items;
  }
}

/** A map field. */
export class MapValue implements ValueType {
  readonly #key: ValueType;
  readonly #entry: ValueType;

  constructor(key: ValueType, entry: ValueType) {
    this.#key = key;
    this.#entry = entry;
  }

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    if (!isRecord(value)) return problems.wrong(path, value, "not an object that maps keys to values");
    let isSame = true;
    const entries: [string, unknown][] = [];
    for (const [key, given] of Object.entries(value)) {
      const at = entryPathOf(path, key);
      const sent =
        this.#key.check(key, at, problems) === undefined ? undefined : this.#entry.check(given, at, problems);
      if (sent !== undefined) entries.push([key, sent]);
      isSame &&= sent === given && sent !== undefined;
    }
    return isSame ? value : Object.fromEntries(entries);
  }
}

/** A oneof whose value is an object of its own: `{ case: "email", value: "a@b.c" }`. */
export class OneofValue implements ValueType {
  readonly #cases: FieldTypes;

  /** @param cases the fields of the oneof, by their properties */
  constructor(cases: FieldTypes) {
    this.#cases = cases;
  }

  check(value: unknown, path: string, problems: FieldProblems): unknown {
    if (!isRecord(value)) return problems.wrong(path, value, "not an object with a case and a value");
    const { case: name } = value;
    if (name === undefined || name === null) return value;
    const type = typeof name === "string" ? this.#cases.get(name) : undefined;
    if (!type) {
      const advice = insteadOf(String(name), [...this.#cases.keys()]);
      return problems.wrong(pathOf(path, "case"), name, "not a case of the oneof", { advice });
    }
    const given = value["value"];
    const sent = type.check(given, pathOf(path, "value"), problems);
    if (sent === undefined) return undefined;
    return sent === given ? value : { case: name, value: sent };
  }
}

/** Checks messages against their type. */
export class TypedCheck implements DetailCheck {
  readonly #type: MessageValue;
  readonly #encode: DetailCodec<never>["encode"];

  constructor(type: MessageValue, encode: DetailCodec<never>["encode"]) {
    this.#type = type;
    this.#encode = encode;
  }

  passes(message: unknown): boolean {
    const problems = new FieldProblems(this.#type.typeName, "", false);
    return this.#type.check(message, "", problems) === message && problems.isEmpty;
  }

  encode(message: unknown, typeUrl: string): EncodedRest {
    const { typeName } = this.#type;
    const problems = new FieldProblems(typeName, typeUrl, hidesValues(typeName));
    const value = this.#encode((this.#type.check(message, "", problems) ?? {}) as never);
    return { value, issues: problems.issues };
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Checks whether a value is an object with fields, and not a list, a Map, a Date or the like. */
function isRecord(value: unknown): value is Fields {
  return (
    isObject(value) &&
    (attempt(() => Object.getPrototypeOf(value) === Object.prototype) || tagOf(value) === "[object Object]")
  );
}

/** Copies the fields of a message without the marks of its library, for which the copy is a plain object. */
function ownFields(value: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([property]) => !property.startsWith("$")));
}

import { isObject } from "../platform/values.js";
import type { ReadFields } from "./read-fields.js";

/** A property that generated code read, an item of a list or an entry of a map. */
export interface Place {
  readonly path: string;
  readonly value: unknown;
  readonly fields: ReadFields;
  readonly kind: "field" | "case" | "item" | "entry";
  /** The place of the object that has the property. `undefined` for the message itself. */
  readonly owner: Place | undefined;
  /** The number of owners. */
  readonly depth: number;
}

/** What takes the place of a wrong value. */
export interface Replacement {
  /** The place of the wrong value, or one in it that cannot be replaced on its own. */
  readonly wrong: Place;
  /** What is wrong with the value. `undefined` if that follows from the value that takes its place. */
  readonly rule: string | undefined;
  /** The values to try, one after the other. */
  readonly values: readonly unknown[];
  /** How many of them, at the beginning, have the same text as the wrong value. */
  readonly conversions: number;
  tried: number;
}

/** Takes the place of an item of a list or an entry of a map, and removes it. */
export const REMOVED = Symbol("removed");

/** The empty values of all types. Each type accepts one of them. */
const EMPTY_VALUES: readonly unknown[] = ["", 0, 0n, false, [], new Uint8Array(), {}];

/** A field may be missing, but not an item, an entry or the value of a oneof. */
export function isMissing({ kind, value }: Place): boolean {
  return kind === "field" && (value === undefined || value === null);
}

/** Says what is wrong with a value, as far as that is known. */
export function ruleOf({ wrong, rule, values, tried }: Replacement): string {
  const { kind, value, fields } = wrong;
  if (value === undefined || value === null) return ABSENT[kind];
  // The code read a field of the value, which is none, and the writer refused that.
  if (!isObject(value) && fields.isMessage) return "not an object";
  if (rule !== undefined) return rule;
  const replacement = values[tried] === REMOVED ? undefined : values[tried];
  const type = typeof (replacement ?? fields.empty);
  if (type === "undefined" || type === "object") return "not a value of its type";
  return type === typeof value ? "out of the range of its type" : `not a ${type}`;
}

const ABSENT: Readonly<Record<Place["kind"], string>> = {
  field: "not a value",
  case: "but the oneof has a case and must have its value",
  item: "but a list cannot have missing items",
  entry: "but a map cannot have missing values",
};

/** Returns the values to try in a place. */
export function valuesFor(place: Place): Pick<Replacement, "values" | "conversions"> {
  if (isMissing(place)) return { values: EMPTY_VALUES, conversions: 0 };
  const converted = conversionsOf(place.value);
  const isPart = place.kind === "item" || place.kind === "entry";
  const values = isPart ? [REMOVED] : [undefined, place.fields.empty, ...EMPTY_VALUES];
  return { values: [...converted, ...values], conversions: converted.length };
}

/** Returns the values of other types that have the same text. */
function conversionsOf(value: unknown): readonly unknown[] {
  switch (typeof value) {
    case "string":
      return [
        ...(Number.isFinite(Number(value || "x")) ? [Number(value)] : []),
        ...(/^-?\d+$/.test(value) ? [BigInt(value)] : []),
      ];
    case "number":
      return [String(value), ...(Number.isInteger(value) ? [BigInt(value)] : [])];
    case "bigint":
      return [Number(value), String(value)];
    case "boolean":
      return [String(value)];
    default:
      return [];
  }
}

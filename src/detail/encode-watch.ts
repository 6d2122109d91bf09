import { isObject } from "../platform/values.js";
import { UnwritableError } from "../wire/writer.js";
import { entryPathOf, type FieldProblems, pathOf } from "./detail-check.js";
import { isMark, isOfKind, isWatched, type ReadFields } from "./read-fields.js";

/** A property that generated code read, an item of a list or an entry of a map. */
interface Place {
  readonly path: string;
  readonly value: unknown;
  readonly fields: ReadFields;
  readonly kind: "field" | "case" | "item" | "entry";
  /** The place of the object that has the property. `undefined` for the message itself. */
  readonly owner: Place | undefined;
}

/** What takes the place of a wrong value. */
interface Replacement {
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

/** An object that code read, with the properties that it did not read. */
interface ReadObject {
  readonly object: object;
  readonly fields: ReadFields;
}

/** Runs generated code over a message again and again, until every wrong value is replaced. */
export class EncodeWatch {
  readonly #message: object;
  readonly #fields: ReadFields;
  readonly #replacements = new Map<string, Replacement>();
  /** The objects that the last run read, by their paths. */
  readonly #read = new Map<string, ReadObject>();
  #last: Place | undefined;
  /** A map whose entries are tried one by one. Code lists all of them before it writes the first. */
  #tried: { readonly path: string; readonly names: string[] } | undefined;

  constructor(message: object, fields: ReadFields) {
    this.#message = message;
    this.#fields = fields;
  }

  /** Returns the message for the next run. */
  message(): object {
    this.#read.clear();
    this.#last = undefined;
    return this.#watched(this.#message, this.#fields, undefined);
  }

  /** Whether the run that succeeded saw only a part of the message, so that another must follow. */
  continues(): boolean {
    if (!this.#tried) return false;
    this.#tryNextEntry();
    return true;
  }

  /** Replaces the value that was read last. Returns whether there is a value left to try. */
  replaceLast(error: unknown): boolean {
    let place = this.#last;
    if (this.#tried && !isIn(this.#tried.path, place)) {
      // The entry is fine, and something behind the map is wrong.
      this.#tryNextEntry();
      return true;
    }
    if (!this.#tried && place?.kind === "entry") {
      if (this.#tryEntries(place.owner)) return true;
      place = place.owner;
    }
    let wrong = place;
    let rule = error instanceof UnwritableError ? error.message : undefined;
    for (; place && wrong; place = place.owner) {
      const before = this.#replacements.get(place.path);
      if (!before) {
        this.#replacements.set(place.path, { wrong, rule, ...valuesFor(place), tried: 0 });
        return true;
      }
      if (++before.tried < before.values.length) return true;
      // No value will do, so its owner is left out.
      this.#replacements.delete(place.path);
      ({ wrong, rule } = before);
    }
    return false;
  }

  /** Reports what the runs found. */
  report(problems: FieldProblems): void {
    for (const replacement of this.#replacements.values()) {
      const { wrong, values, conversions, tried } = replacement;
      const value = values[tried];
      if (isMissing(wrong)) wrong.fields.empty ??= value;
      else problems.wrong(wrong.path, wrong.value, ruleOf(replacement), tried < conversions ? { sent: value } : {});
    }
    for (const [path, read] of this.#read) reportUnread(path, read, problems);
  }

  /** Returns whether there are few enough entries. */
  #tryEntries(map: Place | undefined): boolean {
    const names = isWatched(map?.value) ? Object.keys(map.value) : [];
    if (!map || names.length === 0 || names.length > MOST_TRIED) return false;
    this.#tried = { path: map.path, names };
    return true;
  }

  #tryNextEntry(): void {
    this.#tried?.names.shift();
    if (this.#tried?.names.length === 0) this.#tried = undefined;
  }

  #watched(object: object, fields: ReadFields, owner: Place | undefined): object {
    const path = owner?.path ?? "";
    this.#read.set(path, { object, fields });
    return Array.isArray(object)
      ? this.#watchedList(object, fields, owner)
      : this.#watchedRecord(object, fields, owner);
  }

  #watchedList(list: readonly unknown[], fields: ReadFields, owner: Place | undefined): object {
    const indices = [...list.keys()].filter((index) => !this.#isRemoved(entryPathOf(owner?.path ?? "", index)));
    return new Proxy(indices, {
      get: (target, key) => {
        const index = typeof key === "string" ? target[Number(key)] : undefined;
        if (index !== undefined) {
          const path = entryPathOf(owner?.path ?? "", index);
          const own = fields.add(list, String(index));
          return this.#readAt({ path, value: list[index], fields: own, kind: "item", owner });
        }
        this.#last = owner;
        return Reflect.get(target, key);
      },
    });
  }

  #watchedRecord(object: object, fields: ReadFields, owner: Place | undefined): object {
    const parent = owner?.path ?? "";
    const pathTo = (name: string) => (fields.isMap ? entryPathOf(parent, name) : pathOf(parent, name));
    // A Proxy must show the properties of a frozen object as they are, so this one has properties of its own.
    return new Proxy(Object.fromEntries(Object.keys(object).map((name) => [name, undefined])), {
      get: (_, key) => {
        const value: unknown = Reflect.get(object, key);
        if (typeof key !== "string" || isInherited(object, key)) return value;
        const own = fields.add(object, key);
        const kind = fields.isMap ? "entry" : "$case" in object && key !== "$case" ? "case" : "field";
        return this.#readAt({ path: pathTo(key), value, fields: own, kind, owner });
      },
      has: (_, key) => key in object,
      ownKeys: () => {
        fields.isMap = true;
        const names = Object.keys(object).filter((name) => !this.#isRemoved(pathTo(name)));
        const [only] = this.#tried?.path === parent ? this.#tried.names : [];
        return only === undefined ? names : names.filter((name) => name === only);
      },
    });
  }

  /** Returns the value that the code gets to see. */
  #readAt(place: Place): unknown {
    this.#last = place;
    const { path, fields, value } = place;
    if (!this.#replacements.has(path) && !isOfKind(value, fields.empty)) {
      const rule = Array.isArray(fields.empty) ? "not an array" : "not an object that maps keys to values";
      this.#replacements.set(path, { wrong: place, rule, values: [fields.empty], conversions: 0, tried: 0 });
    }
    const replacement = this.#replacements.get(path);
    const seen = replacement ? replacement.values[replacement.tried] : isMissing(place) ? fields.empty : value;
    return isWatched(seen) ? this.#watched(seen, fields, place) : seen;
  }

  #isRemoved(path: string): boolean {
    const replacement = this.#replacements.get(path);
    return replacement?.values[replacement.tried] === REMOVED;
  }
}

/** A map with more entries is left out if one of them is wrong. */
const MOST_TRIED = 50;

/** Takes the place of an item of a list or an entry of a map, and removes it. */
const REMOVED = Symbol("removed");

/** The empty values of all types. Each type accepts one of them. */
const EMPTY_VALUES: readonly unknown[] = ["", 0, 0n, false, [], new Uint8Array(), {}];

/** Checks whether a place is the one of a path, or in it. */
function isIn(path: string, place: Place | undefined): boolean {
  return place !== undefined && (place.path === path || isIn(path, place.owner));
}

/** A field may be missing, but not an item, an entry or the value of a oneof. */
function isMissing({ kind, value }: Place): boolean {
  return kind === "field" && (value === undefined || value === null);
}

/** Says what is wrong with a value, as far as that is known. */
function ruleOf({ wrong, rule, values, tried }: Replacement): string {
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

/** Checks whether a property is one that every object has, such as `toString`. */
function isInherited(object: object, name: string): boolean {
  return name in Object.prototype && !Object.hasOwn(object, name);
}

function valuesFor(place: Place): Pick<Replacement, "values" | "conversions"> {
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

/** Reports the properties of an object that the code did not read. */
function reportUnread(path: string, { object, fields }: ReadObject, problems: FieldProblems): void {
  if (fields.isMap || Array.isArray(object)) return;
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined || isMark(name) || fields.of(object, name)) continue;
    if ("$case" in object) problems.wrong(pathOf(path, "$case"), object.$case, "not a case of the oneof");
    else problems.unknown(path, name, value, fields.names);
  }
}

import { attempt, isObject } from "../platform/values.js";
import { UnwritableError } from "../wire/writer.js";
import {
  type DetailCheck,
  type EncodedRest,
  entryPathOf,
  FieldProblems,
  ForeignCodeError,
  pathOf,
} from "./field-problems.js";
import { hidesValues } from "./process-redaction.js";
import { isKnown, isMark, isOfKind, isWatched, ReadFields } from "./read-fields.js";
import { isMissing, type Place, REMOVED, type Replacement, ruleOf, valuesFor } from "./replacement.js";

type Encode = (message: never) => Uint8Array;

/**
 * Returns a check of messages for generated code. In a browser there is none, because nothing is sent from there.
 *
 * @param encode the code
 * @param empty returns an empty message
 */
export function watching(typeName: string, encode: Encode, empty: () => unknown): DetailCheck | undefined {
  return new WatchedEncode(typeName, encode, empty);
}

/**
 * Checks messages for generated code that does not describe its fields, by watching which properties the code reads.
 *
 * - A property that the code does not read is no field.
 * - If the code throws, the property that it read last has a wrong value. Another value takes its place, and the code
 *   runs again.
 * - A property that is `undefined` or `null` counts as missing, and stands for the default.
 *
 * Code that was watched is not watched again for messages with the same properties.
 */
class WatchedEncode implements DetailCheck {
  readonly #typeName: string;
  readonly #encode: Encode;
  readonly #empty: () => unknown;
  #fields: ReadFields | undefined;

  constructor(typeName: string, encode: Encode, empty: () => unknown) {
    this.#typeName = typeName;
    this.#encode = encode;
    this.#empty = empty;
  }

  passes(message: unknown): boolean {
    return isObject(message) && isKnown(message, this.#known());
  }

  encode(message: unknown, typeUrl: string): EncodedRest {
    const problems = new FieldProblems(this.#typeName, typeUrl, hidesValues(this.#typeName));
    if (!isObject(message)) problems.wrong("", message, "not an object");
    const watch = new EncodeWatch(isObject(message) ? message : {}, this.#known());
    for (let run = 0; ; run++) {
      try {
        const value = this.#encode(watch.message() as never);
        if (watch.continues()) continue;
        watch.report(problems);
        return { value, issues: problems.issues };
      } catch (error) {
        if (run >= MOST_RUNS || error instanceof ForeignCodeError || !watch.replaceLast(error)) throw error;
      }
    }
  }

  /** The fields that are known so far. An empty message has all of its own, but no nested ones. */
  #known(): ReadFields {
    if (!this.#fields) {
      this.#fields = new ReadFields();
      const empty = attempt(this.#empty);
      if (isObject(empty)) {
        for (const [name, value] of Object.entries(empty)) this.#fields.add(empty, name).empty = value;
      }
    }
    return this.#fields;
  }
}

/** Ends the search for wrong values in a message that has too many. */
const MOST_RUNS = 200;

/** An object that code read, with the properties that it did not read. */
interface ReadObject {
  readonly object: object;
  readonly fields: ReadFields;
}

/** Runs generated code over a message again and again, until every wrong value is replaced. */
class EncodeWatch {
  readonly #message: object;
  readonly #fields: ReadFields;
  readonly #replacements = new Map<string, Replacement>();
  /** The objects that the last run read, by their paths. */
  readonly #read = new Map<string, ReadObject>();
  #last: Place | undefined;
  #isTooDeep = false;
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
    if (this.#isTooDeep) return false;
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
    const depth = depthIn(owner);
    const indices = [...list.keys()].filter((index) => !this.#isRemoved(entryPathOf(owner?.path ?? "", index)));
    return new Proxy(indices, {
      get: (target, key) => {
        const index = typeof key === "string" ? target[Number(key)] : undefined;
        if (index !== undefined) {
          const path = entryPathOf(owner?.path ?? "", index);
          const own = fields.add(list, String(index));
          return this.#readAt({ path, value: list[index], fields: own, kind: "item", owner, depth });
        }
        this.#last = owner;
        return Reflect.get(target, key);
      },
    });
  }

  #watchedRecord(object: object, fields: ReadFields, owner: Place | undefined): object {
    const depth = depthIn(owner);
    const parent = owner?.path ?? "";
    const pathTo = (name: string) => (fields.isMap ? entryPathOf(parent, name) : pathOf(parent, name));
    // A Proxy must show the properties of a frozen object as they are, so this one has properties of its own.
    return new Proxy(Object.fromEntries(Object.keys(object).map((name) => [name, undefined])), {
      get: (_, key) => {
        const value: unknown = Reflect.get(object, key);
        if (typeof key !== "string" || isInherited(object, key)) return value;
        const own = fields.add(object, key);
        const kind = fields.isMap ? "entry" : "$case" in object && key !== "$case" ? "case" : "field";
        return this.#readAt({ path: pathTo(key), value, fields: own, kind, owner, depth });
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
    if (!isWatched(seen)) return seen;
    if (place.depth < MOST_DEPTH) return this.#watched(seen, fields, place);
    this.#isTooDeep = true;
    return seen;
  }

  #isRemoved(path: string): boolean {
    const replacement = this.#replacements.get(path);
    return replacement?.values[replacement.tried] === REMOVED;
  }
}

/** Protobuf libraries read no deeper messages. A message that contains itself is one. */
const MOST_DEPTH = 100;

function depthIn(owner: Place | undefined): number {
  return owner === undefined ? 0 : owner.depth + 1;
}

/** A map with more entries is left out if one of them is wrong. */
const MOST_TRIED = 50;

/** Checks whether a place is the one of a path, or in it. */
function isIn(path: string, place: Place | undefined): boolean {
  return place !== undefined && (place.path === path || isIn(path, place.owner));
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

/** Checks whether a property is one that every object has, such as `toString`. */
function isInherited(object: object, name: string): boolean {
  return name in Object.prototype && !Object.hasOwn(object, name);
}

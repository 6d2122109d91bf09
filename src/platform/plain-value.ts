import { base64Encode } from "./base64.js";
import { isBytes } from "./bytes.js";
import { attempt, isErrorValue, isLong, isObject, tagOf } from "./values.js";

/** The limits of a printed value. The rest is counted: `"… 9,984 more"`. */
export const BOUNDS = {
  /** Levels of objects in objects. */
  depth: 16,
  /** Entries of a list, a map or an object. */
  entries: 100,
  /** Values in all. */
  values: 2_000,
  /** Characters of one text. */
  text: 10_000,
  /** Characters of a key. */
  key: 200,
  /** Characters of all texts. */
  texts: 50_000,
  /** Bytes of a field. */
  bytes: 3_000,
} as const;

/** The style of values that JSON does not have: `"json"` turns them into text, `"console"` keeps them. */
export type PlainStyle = "json" | "console";

/**
 * Returns a copy of a value as plain data, for a log. The copy is bounded in depth and size by {@link BOUNDS}, and so
 * is the time it takes. Accessors are not called. Never throws.
 */
export function plainOf(value: unknown, style: PlainStyle): unknown {
  return new Plain(style).copy(value);
}

/** Returns a text, or its beginning and the number of characters that were cut. */
export function cutText(text: string, most: number = BOUNDS.text): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()}${more(text.length - most, " characters")}`;
}

/** Returns the first entries of a list as plain data, and the number of the others. */
export function plainList<T>(
  list: readonly T[],
  style: PlainStyle,
  shown: (entry: T) => unknown = (entry) => entry,
): readonly unknown[] {
  const first = list.slice(0, BOUNDS.entries);
  const copies = plainOf(first.map(shown), style) as unknown[];
  return list.length > first.length ? [...copies, more(list.length - first.length)] : copies;
}

/** Returns an object with the fields of a message. Messages of google-protobuf convert themselves. May throw. */
export function fieldsOf(message: object): object {
  if (!("toObject" in message && typeof message.toObject === "function")) return message;
  const fields: unknown = message.toObject();
  return isObject(fields) ? fields : message;
}

function more(count: number, of = ""): string {
  return `… ${String(count).replace(THOUSANDS, ",")} more${of}`;
}

/** Replaces `toLocaleString`, whose first call takes 50 ms. */
const THOUSANDS = /\B(?=(\d{3})+$)/g;

/** Stands for a value that throws when it is read. */
export const UNREADABLE = "[unreadable]";

class Plain {
  readonly #style: PlainStyle;
  readonly #above: object[] = [];
  #values: number = BOUNDS.values;
  #texts: number = BOUNDS.texts;

  constructor(style: PlainStyle) {
    this.#style = style;
  }

  copy(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        return this.#text(value);
      case "bigint":
        return this.#style === "console" ? value : this.#text(value.toString());
      case "symbol":
        return this.#text(value.toString());
      case "function":
        return "[Function]";
      case "object":
        return value === null ? null : this.#object(value);
      default:
        return value;
    }
  }

  #text(text: string): string {
    const cut = cutText(text, Math.min(BOUNDS.text, this.#texts));
    this.#texts -= Math.min(text.length, this.#texts);
    return cut;
  }

  #object(value: object): unknown {
    if (this.#above.includes(value)) return "[Circular]";
    if (this.#above.length >= BOUNDS.depth) return tagOf(value).replace("object ", "");
    this.#above.push(value);
    try {
      const leaf = this.#leaf(value);
      return leaf === undefined ? this.#entries(value) : leaf;
    } catch {
      return UNREADABLE;
    } finally {
      this.#above.pop();
    }
  }

  /** Returns the copy of an object without entries, such as bytes or a Date, or `undefined` for any other object. */
  #leaf(value: object): unknown {
    if (isBytes(value)) return this.#bytes(value);
    if (value instanceof Date) return this.#date(value);
    if (isLong(value) || value instanceof String) return this.#text(String(value));
    // The fields of an error may hold secrets, such as metadata.
    if (isErrorValue(value)) return tagOf(value);
    return undefined;
  }

  #bytes(bytes: Uint8Array): unknown {
    const first = bytes.subarray(0, Math.min(BOUNDS.bytes, this.#texts));
    this.#texts -= first.length;
    if (this.#style === "console" && first.length === bytes.length) return first;
    return base64Encode(first) + (first.length < bytes.length ? more(bytes.length - first.length, " bytes") : "");
  }

  #date(date: Date): unknown {
    const time = date.getTime();
    if (this.#style === "console") return new Date(time);
    return Number.isNaN(time) ? null : new Date(time).toISOString();
  }

  #entries(value: object): unknown {
    const fields = fieldsOf(value);
    if (Array.isArray(fields) || ArrayBuffer.isView(fields)) return this.#list(fields as ArrayLike<unknown>);
    if (fields instanceof Set) return this.#list(Array.from(take(fields)), fields.size);
    if (fields instanceof Map) return this.#record(take(fields), fields.size);
    const keys = Object.keys(fields);
    return this.#record(fieldsIn(fields, keys), keys.length);
  }

  #list(list: ArrayLike<unknown>, length: number = list.length ?? 0): unknown[] {
    const copies: unknown[] = [];
    for (; copies.length < Math.min(length, BOUNDS.entries) && this.#values > 0; this.#values--) {
      copies.push(this.copy(fieldOf(list, copies.length)));
    }
    if (copies.length < length) copies.push(more(length - copies.length));
    return copies;
  }

  #record(entries: Iterable<readonly [unknown, unknown]>, length: number): Record<string, unknown> {
    const copies: [string, unknown][] = [];
    for (const [key, value] of entries) {
      if (copies.length >= BOUNDS.entries || this.#values <= 0) break;
      this.#values--;
      copies.push([keyOf(key), this.copy(value)]);
    }
    if (copies.length < length) copies.push(["…", more(length - copies.length)]);
    // Defines properties, so that `__proto__` is an ordinary one.
    return Object.fromEntries(copies);
  }
}

function keyOf(key: unknown): string {
  return cutText(isObject(key) ? tagOf(key) : String(key), BOUNDS.key);
}

function* take<T>(entries: Iterable<T>): Iterable<T> {
  let left: number = BOUNDS.entries;
  for (const entry of entries) {
    if (left-- === 0) return;
    yield entry;
  }
}

function* fieldsIn(object: object, keys: readonly string[]): Iterable<[string, unknown]> {
  for (const key of keys) yield [key, fieldOf(object, key)];
}

/** Returns a field without calling an accessor. */
function fieldOf(object: object, key: string | number): unknown {
  const field = attempt(() => Object.getOwnPropertyDescriptor(object, key) ?? { value: undefined });
  if (!field) return UNREADABLE;
  return "value" in field ? field.value : "[Getter]";
}

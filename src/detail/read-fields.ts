import { isObject, isPlain, tagOf } from "../platform/values.js";

/** The properties that generated code reads of the objects in one place of a message: the fields of its type. */
export class ReadFields {
  readonly #fields = new Map<string, ReadFields>();
  /** Whether the code lists the properties, as it does with a map. Then it reads all of them. */
  isMap = false;
  /** The value of the property in an empty message, or one that the code accepts for a missing value. */
  empty: unknown;

  get names(): string[] {
    return [...this.#fields.keys()];
  }

  /** Whether the code is known to read fields by their names. */
  get isMessage(): boolean {
    return !this.isMap && this.names.some((name) => name !== ENTRY);
  }

  /** Returns the fields of a property of a message, or `undefined` if the code does not read the property. */
  named(name: string): ReadFields | undefined {
    return this.#fields.get(name);
  }

  /** As {@link named}, for any object: a message, a list, a map or a oneof. */
  of(object: object, name: string): ReadFields | undefined {
    return this.#fields.get(this.#key(object, name));
  }

  /** Returns the fields of a property that the code reads. */
  add(object: object, name: string): ReadFields {
    const key = this.#key(object, name);
    let fields = this.#fields.get(key);
    if (!fields) {
      fields = new ReadFields();
      this.#fields.set(key, fields);
    }
    return fields;
  }

  /** All items of a list and all entries of a map are alike. The value of a oneof is another in each case. */
  #key(object: object, name: string): string {
    if (this.isMap || Array.isArray(object)) return ENTRY;
    const { $case: chosen } = object as { readonly $case?: unknown };
    return chosen === undefined || name === "$case" ? name : `${String(chosen)} ${name}`;
  }
}

/** Stands for all items of a list and all entries of a map. */
const ENTRY = "[]";

/** Checks whether generated code is known to read everything in an object. Runs for every error that is packed. */
export function isKnown(object: object, fields: ReadFields): boolean {
  if (Array.isArray(object)) {
    const items = fields.of(object, "0");
    for (const item of object) if (isObject(item) && !isKnownIn(item, items)) return false;
    return true;
  }
  const properties = object as Readonly<Record<string, unknown>>;
  const isSimple = !fields.isMap && properties["$case"] === undefined;
  for (const name in properties) {
    const value = properties[name];
    const own = isSimple ? fields.named(name) : fields.of(object, name);
    if (isObject(value)) {
      if (!isKnownIn(value, own)) return false;
    } else if (own ? isObject(own.empty) && !isOfKind(value, own.empty) : value !== undefined && !isMark(name)) {
      return false;
    }
  }
  return true;
}

function isKnownIn(value: object, fields: ReadFields | undefined): boolean {
  return fields !== undefined && isOfKind(value, fields.empty) && (!isWatched(value) || isKnown(value, fields));
}

/** Checks whether a property belongs to the library and not to the message: `$type`. */
export function isMark(name: string): boolean {
  return name.startsWith("$");
}

/** Checks that a value is a list or a map, if it must be one. Generated code may also take the items of any text. */
export function isOfKind(value: unknown, empty: unknown): boolean {
  if (!isObject(empty) || value === undefined || value === null) return true;
  if (Array.isArray(empty)) return typeof value !== "string";
  return !isPlain(empty) || (isObject(value) && tagOf(value) === "[object Object]");
}

/** Lists and literals have fields. Any other object, such as a Date or a Map, is a value like a number. */
export function isWatched(value: unknown): value is object {
  return isObject(value) && (Array.isArray(value) || isPlain(value));
}

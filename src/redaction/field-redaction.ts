import { EMPTY, TYPE_URL, VALUE } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { REDACTED, type Redaction, redactionOfProcess, setRedaction } from "../detail/process-redaction.js";
import { utf8Of } from "../platform/bytes.js";
import { isObject } from "../platform/values.js";
import { delimited, MalformedError, malformed, WireReader } from "../wire/reader.js";
import { type FieldTable, readTypes, type TypeFields, varintOf } from "./field-table.js";
import { markedMessage } from "./marked-message.js";

/**
 * Removes redacted fields from encoded messages, without decoding them. The time is linear in the bytes.
 *
 * - A field is removed by its number, whatever its wire type is.
 * - In a message of a type with redacted fields, unknown fields are removed, too: a newer version of the type may have
 *   redacted them. So are nested messages of the wrong wire type.
 * - The messages in a `google.protobuf.Any` are looked up by their type, also in an Any in an Any and in the details of a
 *   `google.rpc.Status`.
 * - Of `ErrorInfo.metadata`, only the entries with redacted keys are removed.
 */
export class FieldRedaction implements Redaction {
  readonly #types: FieldTable = new Map();
  readonly #withFields = new Map<string, boolean>();
  readonly #infoKeys = new Set<string>();

  constructor() {
    this.add(["google.rpc.Status 3@"]);
  }

  /** Adds types to the redaction of this process: see `readTypes` for the format. */
  static add(types: readonly string[]): void {
    FieldRedaction.#ofProcess().add(types);
  }

  /** Adds keys of `ErrorInfo.metadata` to the redaction of this process. */
  static addInfoKeys(keys: readonly string[]): void {
    FieldRedaction.#ofProcess().addInfoKeys(keys);
  }

  static #ofProcess(): Redaction {
    const redaction = redactionOfProcess() ?? new FieldRedaction();
    setRedaction(redaction);
    return redaction;
  }

  add(types: readonly string[]): void {
    readTypes(types, this.#types);
    this.#withFields.clear();
  }

  addInfoKeys(keys: readonly string[]): void {
    for (const key of keys) this.#infoKeys.add(key);
    if (keys.length > 0) this.add([`${ErrorInfo.typeName} 3~`]);
  }

  has(type: string): boolean {
    const typeName = nameOf(type);
    return typeName === ANY || this.#types.has(typeName);
  }

  hasFields(type: string): boolean {
    const typeName = nameOf(type);
    let found = this.#withFields.get(typeName);
    if (found === undefined) {
      found = [...this.#reachableFrom(typeName)].some((name) =>
        [...(this.#types.get(name)?.steps.values() ?? [])].some((step) => step.startsWith("!") || step === "~"),
      );
      this.#withFields.set(typeName, found);
    }
    return found;
  }

  #reachableFrom(typeName: string): ReadonlySet<string> {
    const reached = new Set([typeName]);
    // Iteration over a set includes elements that are added meanwhile.
    for (const name of reached) {
      for (const step of this.#types.get(name)?.steps.values() ?? []) {
        if (step.includes(":")) reached.add(step.slice(step.indexOf(":") + 1));
      }
    }
    return reached;
  }

  hasField(typeName: string, number: number): boolean {
    return this.#types.get(typeName)?.steps.get(number)?.startsWith("!") ?? false;
  }

  hidesJson(json: unknown): boolean {
    try {
      if (!isObject(json)) return false;
      const type: unknown = Reflect.get(json, "@type");
      return (typeof type === "string" && this.has(type)) || Object.values(json).some((value) => this.hidesJson(value));
    } catch {
      return true;
    }
  }

  withoutFields(details: Uint8Array): Uint8Array {
    return this.#cut(details, STATUS, false, 0);
  }

  messageWithoutFields(type: string, message: Uint8Array): Uint8Array | undefined {
    try {
      return this.#cutMessage(nameOf(type), message, false, 0);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return undefined;
    }
  }

  show({ typeName, decode }: Parameters<Redaction["show"]>[0], message: Uint8Array): unknown {
    try {
      const type = nameOf(typeName);
      const kept = this.#cutMessage(type, message, false, 0);
      const marked = this.#cutMessage(type, message, true, 0);
      return kept === message && marked === message ? decode(message) : markedMessage(decode(kept), decode(marked));
    } catch {
      return REDACTED;
    }
  }

  #cutMessage(typeName: string, message: Uint8Array, marks: boolean, depth: number): Uint8Array {
    if (typeName === ANY) return this.#cutAny(message, marks, depth);
    const type = this.#types.get(typeName);
    return type ? this.#cut(message, type, marks, depth) : message;
  }

  /** @param marks whether each redacted field gets a value that does not depend on its own */
  #cut(message: Uint8Array, type: TypeFields, marks: boolean, depth: number): Uint8Array {
    checkDepth(depth);
    const reader = new WireReader(message);
    // At the beginning, so that another member of a oneof takes their place.
    const first = marks ? type.marks : type.zeros;
    const parts = first.length > 0 ? [first] : [];
    /** The position up to which the parts have the message. */
    let taken = 0;
    while (!reader.done) {
      const start = reader.position;
      const tag = reader.tag();
      const afterTag = reader.position;
      const content = contentOf(reader, message, tag);
      const step = type.steps.get(tag >>> 3) ?? (type.isClosed ? "!" : "");
      if (step === "") continue;
      const kept = content && this.#nested(content, step, marks, depth);
      if (content && kept === content) continue;
      parts.push(message.subarray(taken, start));
      taken = reader.position;
      if (!kept) continue;
      const head = message.subarray(start, afterTag);
      if ((tag & 7) === DELIMITED) parts.push(head, bytesOf(kept.length), kept);
      else parts.push(head, kept, bytesOf((tag + 1) >>> 0));
    }
    return parts.length === 0 ? message : joined([...parts, message.subarray(taken)]);
  }

  /** Returns what stays of a nested message: the same bytes if nothing changes, `undefined` if the field must go. */
  #nested(content: Uint8Array, step: string, marks: boolean, depth: number): Uint8Array | undefined {
    switch (step[0]) {
      case "!":
        return undefined;
      case "@":
        return depth === 0 ? this.#cutDetail(content, marks) : this.#cutAny(content, marks, depth);
      case "~":
        return this.#cutEntry(content, marks);
      case "%":
        return this.#cut(content, { ...OPEN, steps: new Map([[2, step.slice(1)]]) }, marks, depth + 1);
      default:
        return this.#cutMessage(step.slice(1), content, marks, depth + 1);
    }
  }

  /** Removes an entry of `ErrorInfo.metadata` with a redacted key. If it has several keys, readers may take any of them. */
  #cutEntry(entry: Uint8Array, marks: boolean): Uint8Array | undefined {
    const reader = new WireReader(entry);
    while (!reader.done) {
      const tag = reader.tag();
      const start = reader.position;
      if (tag !== KEY) reader.skip(tag);
      else if (this.#infoKeys.has(reader.string())) {
        // Only an entry that is there is shown as redacted.
        return marks ? joined([bytesOf(KEY), entry.subarray(start, reader.position)]) : undefined;
      }
    }
    return entry;
  }

  /** Returns what stays of a detail of a status, or `undefined` if its bytes are broken. */
  #cutDetail(detail: Uint8Array, marks: boolean): Uint8Array | undefined {
    try {
      return this.#cutAny(detail, marks, 0);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      return undefined;
    }
  }

  #cutAny(any: Uint8Array, marks: boolean, depth: number): Uint8Array {
    checkDepth(depth);
    const { typeUrl, value, fields } = readAny(any);
    const typeName = nameOf(typeUrl);
    if (!this.has(typeName)) return any;
    const kept = this.#cutMessage(typeName, value, marks, depth + 1);
    // Of several values, readers take the last.
    if (kept === value && fields <= 2) return any;
    const url = utf8Of(typeUrl);
    const parts = [bytesOf(TYPE_URL), bytesOf(url.length), url];
    return joined(kept.length === 0 ? parts : [...parts, bytesOf(VALUE), bytesOf(kept.length), kept]);
  }
}

/** The nesting limit of protobuf libraries. */
const MOST_DEPTH = 100;

function checkDepth(depth: number): void {
  if (depth > MOST_DEPTH) throw malformed("messages are nested more than 100 deep");
}

const ANY = "google.protobuf.Any";

/** A type without redacted fields of its own. */
const OPEN: Omit<TypeFields, "steps"> = { isClosed: false, marks: EMPTY, zeros: EMPTY };

/** The details of a `google.rpc.Status`. */
const STATUS: TypeFields = { ...OPEN, steps: new Map([[3, "@"]]) };

/** The key of a map's entry. */
const KEY = delimited(1);

const DELIMITED = 2;
const START_GROUP = 3;

/** Skips a field. Returns its content if it can be a message. */
function contentOf(reader: WireReader, bytes: Uint8Array, tag: number): Uint8Array | undefined {
  if ((tag & 7) === DELIMITED) return reader.bytes();
  if ((tag & 7) !== START_GROUP) return void reader.skip(tag);
  const start = reader.position;
  let end = start;
  // The tags that begin and end a group may be of different lengths, so each field is read.
  for (let inner = reader.tag(); inner !== ((tag + 1) | 0); inner = reader.tag()) {
    reader.skip(inner);
    end = reader.position;
  }
  return bytes.subarray(start, end);
}

/**
 * Returns the full name of a type, given by its name or by a type URL. Also understands forms that libraries refuse,
 * because the bytes are there all the same: without a slash, or with the dot before the name that protobufjs writes.
 */
function nameOf(type: string): string {
  let end = type.length;
  while (type[end - 1] === "/") end--;
  const name = type.slice(type.lastIndexOf("/", end - 1) + 1, end);
  return name.startsWith(".") ? name.slice(1) : name;
}

function readAny(any: Uint8Array): { typeUrl: string; value: Uint8Array; fields: number } {
  const reader = new WireReader(any);
  let typeUrl = "";
  let value = EMPTY;
  let fields = 0;
  for (; !reader.done; fields++) {
    const tag = reader.tag();
    if (tag === TYPE_URL) typeUrl = reader.string();
    else if (tag === VALUE) value = reader.bytes();
    else reader.skip(tag);
  }
  return { typeUrl, value, fields };
}

function bytesOf(value: number): Uint8Array {
  return Uint8Array.from(varintOf(value));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

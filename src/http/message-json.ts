import type { JsonValue } from "@bufbuild/protobuf";
import { redactionOfProcess } from "../detail/process-redaction.js";
import {
  type Field,
  isMessageType,
  isZero,
  Message,
  type MessageType,
  type MessageTypes,
  type Scalar,
  type Single,
  type Value,
  zeroOf,
} from "../message/types.js";
import { isJsonObject, quoted } from "./parsed-body.js";
import { keyFromJson, NULL, scalarFromJson, scalarToJson } from "./scalar-json.js";
import { type Json, STRUCT, VALUE, wellKnownJson } from "./well-known-json.js";

/** Options for writing a message as JSON. */
export interface JsonStyle {
  /** Writes fields that are 0, empty or false too. */
  readonly alwaysEmitImplicit?: boolean;
}

/**
 * Writes and reads messages as JSON, as protobuf maps them.
 *
 * @see https://protobuf.dev/programming-guides/json/
 */
export class MessageJson implements Json {
  readonly types: MessageTypes;
  isInStruct = false;
  readonly #style: JsonStyle;
  #depth = 0;

  /** @param types the types of messages in an Any */
  constructor(types: MessageTypes, style: JsonStyle = {}) {
    this.types = types;
    this.#style = style;
  }

  /** @throws TypeError for a message that JSON does not have, such as a Timestamp of the year 10000 */
  write(message: Message): JsonValue {
    const special = wellKnownJson(message.type);
    if (special) return special.write(message, this);
    const entries: [string, JsonValue][] = [];
    for (const field of message.type.fields) {
      const json = this.#writeField(message.type, field, message.values.get(field));
      if (json !== undefined) entries.push([field.jsonName, json]);
    }
    // Unlike an assignment, this keeps a field with the name __proto__.
    return Object.fromEntries(entries);
  }

  /** @throws TypeError if a value does not match its field */
  read(type: MessageType, json: JsonValue): Message {
    if (++this.#depth > MOST_DEPTH) throw new TypeError("messages are nested more than 100 deep");
    const message = new Message(type);
    const special = wellKnownJson(type);
    if (special) special.read(message, json, this);
    else this.#readFields(message, json);
    this.#depth--;
    return message;
  }

  #writeField(type: MessageType, field: Field, value: Value | undefined): JsonValue | undefined {
    const always = this.#style.alwaysEmitImplicit && !isRedacted(type, field);
    if (field.isList) {
      const list = (value ?? []) as readonly Single[];
      return list.length > 0 || always ? list.map((one) => this.#writeSingle(field, one)) : undefined;
    }
    if (field.key) {
      const entries = Object.entries((value ?? {}) as Readonly<Record<string, Single>>);
      if (entries.length === 0 && !always) return undefined;
      return Object.fromEntries(entries.map(([key, one]) => [key, this.#writeSingle(field, one)]));
    }
    if (field.hasPresence) {
      if (value !== undefined) return this.#writeSingle(field, value as Single);
      if (field.isRequired) throw new TypeError(`the required field ${type.typeName}.${field.name} is missing`);
      return undefined;
    }
    const single = (value ?? zeroOf(field.type)) as Single;
    return always || !isZero(field.type, single) ? this.#writeSingle(field, single) : undefined;
  }

  #writeSingle({ type }: Field, value: Single): JsonValue {
    if (!isMessageType(type)) return scalarToJson(type, value as Scalar);
    if (type.typeName !== STRUCT) return this.write(value as Message);
    const before = this.isInStruct;
    this.isInStruct = true;
    const json = this.write(value as Message);
    this.isInStruct = before;
    return json;
  }

  #readFields(message: Message, json: JsonValue): void {
    const { type } = message;
    if (!isJsonObject(json)) throw new TypeError(`${type.typeName} is ${quoted(json)}, not an object`);
    const set = new Set<unknown>();
    for (const [name, value] of Object.entries(json)) {
      const field = type.fields.find((one) => one.jsonName === name) ?? type.fields.find((one) => one.name === name);
      if (!field) continue;
      const isSkipped = value === null && field.oneof !== undefined && !isMessageType(field.type) && !isEnum(field);
      for (const once of isSkipped ? [field] : [field, field.oneof]) {
        if (once !== undefined && set.has(once))
          throw new TypeError(`the field ${type.typeName}.${field.name} is set twice`);
        set.add(once);
      }
      try {
        this.#readField(message, field, value);
      } catch (error) {
        if (!(error instanceof FieldError) && error instanceof Error) {
          throw new FieldError(`the field ${type.typeName}.${field.name} cannot be read: ${error.message}`);
        }
        throw error;
      }
    }
  }

  #readField(message: Message, field: Field, json: JsonValue): void {
    if (json === null && (field.isList || field.key || !acceptsNull(field))) return;
    if (field.isList) {
      if (!Array.isArray(json)) throw new TypeError(`it is ${quoted(json)}, not an array`);
      message.set(
        field,
        json.map((one) => this.#readEntry(field, one)).filter((one) => one !== undefined),
      );
    } else if (field.key) {
      message.set(field, this.#readMap(field, json));
    } else {
      const value = this.#readSingle(field, json);
      if (value !== undefined) message.set(field, value);
    }
  }

  #readMap(field: Field, json: JsonValue): Record<string, Single> {
    if (!isJsonObject(json)) throw new TypeError(`it is ${quoted(json)}, not an object`);
    const map: Record<string, Single> = Object.create(null);
    for (const [text, value] of Object.entries(json)) {
      const key = keyFromJson(field.key ?? "string", text);
      if (key in map) throw new TypeError(`the key ${quoted(text)} occurs twice`);
      const one = this.#readEntry(field, value);
      if (one !== undefined) map[key] = one;
    }
    return map;
  }

  /** Reads an item of a list or the value of a map's entry. */
  #readEntry(field: Field, json: JsonValue): Single | undefined {
    if (json === null && !acceptsNull(field)) throw new TypeError("an entry is null");
    return this.#readSingle(field, json);
  }

  #readSingle({ type }: Field, json: JsonValue): Single | undefined {
    return isMessageType(type) ? this.read(type, json) : scalarFromJson(type, json);
  }
}

const MOST_DEPTH = 100;

/** Checks whether a field is redacted. A zero in its place would look like its value. */
function isRedacted({ typeName }: MessageType, { number }: Field): boolean {
  return redactionOfProcess()?.hasField(typeName, number) ?? false;
}

/** Names the field of a wrong value. */
class FieldError extends TypeError {}

function isEnum({ type }: Field): boolean {
  return typeof type !== "string" && type.kind === "enum";
}

/** Checks whether null is a value of a field. For any other field, it stands for no value. */
function acceptsNull({ type }: Field): boolean {
  return typeof type !== "string" && (type.typeName === VALUE || type.typeName === NULL);
}

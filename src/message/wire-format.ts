import { readUtf8, utf8Of } from "../platform/bytes.js";
import { BinaryReader, type FieldReader } from "../wire/generated-code.js";
import { readTag } from "../wire/skipped-field.js";
import { takeWriter, type WireWriter } from "../wire/writer.js";
import {
  type EnumType,
  type Field,
  isMessageType,
  isZero,
  Message,
  type MessageType,
  type Scalar,
  type ScalarName,
  type Single,
  type Value,
  zeroOf,
} from "./types.js";

/**
 * Decodes a message. Unknown fields are left out.
 *
 * @throws Error if the bytes are not a message of the type
 */
export function decodeMessage(type: MessageType, bytes: Uint8Array): Message {
  const message = new Message(type);
  readFields(message, new BinaryReader(bytes), bytes.length, 1);
  return message;
}

const MOST_DEPTH = 100;

/** @param end where the message ends, or the field number of the group that ends it */
function readFields(message: Message, reader: FieldReader, end: number, depth: number, group?: number): void {
  if (depth > MOST_DEPTH) throw new RangeError("messages are nested more than 100 deep");
  while (reader.pos < end) {
    const tag = readTag(reader);
    const number = tag >>> 3;
    if (group !== undefined && (tag & 7) === END_GROUP) {
      if (number === group) return;
      break;
    }
    const field = message.type.fields.find((one) => one.number === number);
    if (field) readField(message, field, reader, tag & 7, depth);
    else reader.skip(tag & 7, number, depth);
  }
  if (group !== undefined) throw new RangeError("a group does not end");
}

function readField(message: Message, field: Field, reader: FieldReader, wireType: number, depth: number): void {
  const { type } = field;
  const before = message.values.get(field);
  if (field.key) {
    const [key, value] = readEntry(field, field.key, reader, depth);
    const map = (before ?? Object.create(null)) as Record<string, Single>;
    map[key] = value;
    message.set(field, map);
  } else if (field.isList) {
    const list = (before ?? []) as Single[];
    if (isMessageType(type)) list.push(readMessage(new Message(type), field, reader, depth));
    else readItems(list, field, type, reader, wireType);
    message.set(field, list);
  } else if (isMessageType(type)) {
    message.set(field, readMessage(before instanceof Message ? before : new Message(type), field, reader, depth));
  } else {
    const value = readScalar(field, type, reader);
    // As other libraries do, an enum that is not open keeps no number without a name.
    if (typeof type === "string" || type.isOpen || type.names.has(value as number)) message.set(field, value);
  }
}

function readMessage(message: Message, field: Field, reader: FieldReader, depth: number): Message {
  if (field.isGroup) {
    readFields(message, reader, reader.len, depth + 1, field.number);
  } else {
    const length = reader.uint32();
    readFields(message, reader, reader.pos + length, depth + 1);
  }
  return message;
}

function readItems(list: Single[], field: Field, type: ScalarName | EnumType, reader: FieldReader, wireType: number) {
  if (wireType !== DELIMITED || type === "string" || type === "bytes") {
    list.push(readScalar(field, type, reader));
    return;
  }
  const length = reader.uint32();
  for (const end = reader.pos + length; reader.pos < end; ) list.push(readScalar(field, type, reader));
}

function readEntry(field: Field, keyType: ScalarName, reader: FieldReader, depth: number): [string, Single] {
  const { type } = field;
  const length = reader.uint32();
  const end = reader.pos + length;
  let key: Scalar = zeroOf(keyType) as Scalar;
  let value: Single = zeroOf(type);
  while (reader.pos < end) {
    const tag = readTag(reader);
    if (tag >>> 3 === 1) key = readScalar(field, keyType, reader);
    else if (tag >>> 3 !== 2) reader.skip(tag & 7, tag >>> 3, depth);
    else if (value instanceof Message) value = readMessage(value, { ...field, isGroup: false }, reader, depth);
    else value = readScalar(field, type as ScalarName | EnumType, reader);
  }
  return [String(key), value];
}

function readScalar(field: Field, type: ScalarName | EnumType, reader: FieldReader): Scalar {
  if (type !== "string") return reader[typeof type === "string" ? type : "int32"]();
  const bytes = reader.bytes();
  const text = readUtf8(bytes, 0, bytes.length);
  if (field.isUtf8 && text.includes("\ufffd") && !isSame(bytes, utf8Of(text))) {
    throw new TypeError("a text is not UTF-8");
  }
  return text;
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/**
 * Encodes a message.
 *
 * @throws TypeError if a required field is missing
 */
export function encodeMessage(message: Message): Uint8Array {
  const writer = takeWriter();
  writeFields(message, writer);
  return writer.finish();
}

function writeFields({ type, values }: Message, writer: WireWriter): void {
  for (const field of type.fields) {
    const value = values.get(field);
    if (value !== undefined) writeField(field, value, writer);
    else if (field.isRequired) throw new TypeError(`the required field ${type.typeName}.${field.name} is missing`);
  }
}

function writeField(field: Field, value: Value, writer: WireWriter): void {
  const { number, type } = field;
  if (field.key) {
    for (const [key, one] of Object.entries(value as Readonly<Record<string, Single>>)) {
      writer.uint32(tagOf(number, DELIMITED)).fork();
      writeSingle({ number: 1, type: field.key }, keyValue(field.key, key), writer);
      writeSingle({ number: 2, type }, one, writer);
      writer.join();
    }
  } else if (!field.isList) {
    if (field.hasPresence || !isZero(type, value)) writeSingle(field, value as Single, writer);
  } else if (field.isPacked && !isMessageType(type) && wireTypeOf(type) !== DELIMITED) {
    const list = value as readonly Scalar[];
    if (list.length === 0) return;
    writer.uint32(tagOf(number, DELIMITED)).fork();
    for (const one of list) writeScalar(type, one, writer);
    writer.join();
  } else {
    for (const one of value as readonly Single[]) writeSingle(field, one, writer);
  }
}

function writeSingle(field: Pick<Field, "number" | "type" | "isGroup">, value: Single, writer: WireWriter): void {
  const { number, type } = field;
  if (!(value instanceof Message)) {
    const scalar = type as ScalarName | EnumType;
    writer.uint32(tagOf(number, wireTypeOf(scalar)));
    writeScalar(scalar, value, writer);
  } else if (field.isGroup) {
    writer.uint32(tagOf(number, START_GROUP));
    writeFields(value, writer);
    writer.uint32(tagOf(number, END_GROUP));
  } else {
    writer.uint32(tagOf(number, DELIMITED)).fork();
    writeFields(value, writer);
    writer.join();
  }
}

function writeScalar(type: ScalarName | EnumType, value: Scalar, writer: WireWriter): void {
  // The value has the type that the method takes.
  writer[typeof type === "string" ? type : "int32"](value as never);
}

/** Returns the key of a map that a text stands for. */
function keyValue(type: ScalarName, text: string): Scalar {
  if (type === "string") return text;
  if (type === "bool") return text === "true";
  return type.endsWith("64") ? BigInt(text) : Number(text);
}

function tagOf(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}

const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;

function wireTypeOf(type: ScalarName | EnumType): number {
  if (type === "string" || type === "bytes") return DELIMITED;
  if (type === "double" || type === "fixed64" || type === "sfixed64") return 1;
  return type === "float" || type === "fixed32" || type === "sfixed32" ? 5 : 0;
}

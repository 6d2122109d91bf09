import { isObject } from "../platform/values.js";
import { type Field, isMessageType, Message, type MessageType, type Single, type Value, zeroOf } from "./types.js";

type Plain = Readonly<Record<string, unknown>>;

/**
 * Returns a message as a plain object, in the form of ts-proto's code: with the zeros of fields that are not set, and
 * `undefined` for those that differ from a zero.
 */
export function toPlain({ type, values }: Message): Plain {
  const plain: Record<string, unknown> = {};
  for (const field of type.fields) plain[field.jsonName] = plainValue(field, values.get(field));
  return plain;
}

function plainValue(field: Field, value: Value | undefined): unknown {
  if (field.isList) return ((value ?? []) as readonly Single[]).map(plainSingle);
  if (field.key) return Object.fromEntries(Object.entries((value ?? {}) as Readonly<Record<string, Single>>));
  if (value === undefined) return field.hasPresence ? undefined : zeroOf(field.type);
  return plainSingle(value as Single);
}

function plainSingle(value: Single): unknown {
  return value instanceof Message ? toPlain(value) : value;
}

/**
 * Returns the message of a plain object, the reverse of {@link toPlain}. Writing it finds out whether its values are of
 * the right types.
 *
 * @throws TypeError if the object is none
 */
export function fromPlain(type: MessageType, plain: unknown): Message {
  if (!isObject(plain)) throw new TypeError(`not a ${type.typeName}`);
  const message = new Message(type);
  for (const field of type.fields) {
    const value = (plain as Plain)[field.jsonName];
    if (value === undefined || value === null) continue;
    const { type } = field;
    const single = (one: unknown) => (isMessageType(type) ? fromPlain(type, one) : one);
    const set = field.isList ? [...(value as Iterable<unknown>)].map(single) : field.key ? value : single(value);
    message.set(field, set as Value);
  }
  return message;
}

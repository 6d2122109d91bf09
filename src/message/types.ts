/** The name of a scalar type. Readers and writers have a method of this name. */
export type ScalarName =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes";

/** A message type that has no generated code here. */
export interface MessageType {
  readonly kind: "message";
  readonly typeName: string;
  /** In the order of their numbers. */
  readonly fields: readonly Field[];
}

/** An enum type that has no generated code here. */
export interface EnumType {
  readonly kind: "enum";
  readonly typeName: string;
  /** Whether a field may hold a number without a name. */
  readonly isOpen: boolean;
  readonly names: ReadonlyMap<number, string>;
  readonly numbers: ReadonlyMap<string, number>;
}

/** A field of a message type. */
export interface Field {
  readonly name: string;
  readonly jsonName: string;
  readonly number: number;
  /** The type of the value, of an item of a list, or of the value of a map's entry. */
  readonly type: ScalarName | MessageType | EnumType;
  /** The type of a map's keys. */
  readonly key?: ScalarName;
  readonly isList?: boolean;
  /** Whether the numbers of a list are written without their tags. */
  readonly isPacked?: boolean;
  /** Whether an absent value differs from a zero. */
  readonly hasPresence?: boolean;
  readonly isRequired?: boolean;
  /** The oneof that the field belongs to. */
  readonly oneof?: string | undefined;
  /** Whether a message is written between two tags, instead of behind its length. */
  readonly isGroup?: boolean;
  /** Whether a text that is not UTF-8 is refused. */
  readonly isUtf8?: boolean;
}

/** The types of messages by their full names. */
export interface MessageTypes {
  get(typeName: string): MessageType | undefined;
}

/** The value of a scalar or of an enum. */
export type Scalar = string | number | bigint | boolean | Uint8Array;

/** A value in a field: a single one, a list, or a map by the texts of its keys. */
export type Value = Single | readonly Single[] | Readonly<Record<string, Single>>;
export type Single = Scalar | Message;

/** The fields that are set in a message. */
export class Message {
  readonly type: MessageType;
  readonly values = new Map<Field, Value>();

  constructor(type: MessageType) {
    this.type = type;
  }

  /** Returns the value of a field by its name in the proto. */
  get(name: string): Value | undefined {
    for (const [field, value] of this.values) if (field.name === name) return value;
    return undefined;
  }

  /** Sets a field, and clears the others of its oneof. */
  set(field: Field, value: Value): void {
    if (field.oneof !== undefined && !this.values.has(field)) {
      for (const other of this.values.keys()) if (other.oneof === field.oneof) this.values.delete(other);
    }
    this.values.set(field, value);
  }
}

/** Returns the value of a field that is not set. */
export function zeroOf(type: Field["type"]): Single {
  if (typeof type !== "string") return type.kind === "enum" ? firstOf(type) : new Message(type);
  if (type === "string") return "";
  if (type === "bool") return false;
  if (type === "bytes") return new Uint8Array();
  return isLong(type) ? 0n : 0;
}

function firstOf({ names }: EnumType): number {
  const [first = 0] = names.keys();
  return first;
}

/** Checks whether a scalar is the zero of its type. A fraction that is a negative zero is not. */
export function isZero(type: Field["type"], value: Value): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return type === "double" || type === "float" ? Object.is(value, 0) : value === zeroOf(type);
}

/** Checks whether a scalar type has integers of 64 bits. */
export function isLong(type: Field["type"]): boolean {
  return typeof type === "string" && type.endsWith("64");
}

/** Checks whether a type is that of messages. */
export function isMessageType(type: Field["type"]): type is MessageType {
  return typeof type !== "string" && type.kind === "message";
}

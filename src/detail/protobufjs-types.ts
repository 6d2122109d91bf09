import { isObject } from "../platform/values.js";
import { keyType, type ScalarName, scalarType } from "./scalar-types.js";
import { ANYTHING, EnumValue, ListValue, MapValue, MessageValue, type ValueType } from "./value-types.js";

/** The part of a protobufjs `Type` that describes its fields. Code that `pbjs` generates has none. */
interface ReflectedType {
  readonly fullName: string;
  readonly fieldsArray: readonly ReflectedField[];
  readonly oneofsArray: readonly { readonly name: string }[];
}

interface ReflectedField {
  readonly name: string;
  /** The name of a scalar type, if there is no {@link resolvedType}. */
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly keyType?: string;
  readonly resolvedType: ReflectedType | ReflectedEnum | null;
  resolve(): ReflectedField;
}

interface ReflectedEnum {
  readonly fullName: string;
  readonly values: Readonly<Record<string, number>>;
}

/** Returns the type of a protobufjs message, or `undefined` if protobufjs does not describe its fields. */
export function reflectedMessage(type: unknown): MessageValue | undefined {
  return isReflected(type) ? messageType(type, new Map()) : undefined;
}

/** @param known the types that are made already, because a message may contain others of its own type */
function messageType(type: ReflectedType, known: Map<ReflectedType, MessageValue>): MessageValue {
  let message = known.get(type);
  if (!message) {
    message = new MessageValue(nameOf(type), () => {
      // The option "oneofs" adds a property that names the field which a oneof holds.
      const oneofs = type.oneofsArray.map(({ name }) => [name, ANYTHING] as const);
      return new Map([
        ...oneofs,
        ...type.fieldsArray.map((field) => [field.name, fieldType(field.resolve(), known)] as const),
      ]);
    });
    known.set(type, message);
  }
  return message;
}

function fieldType(field: ReflectedField, known: Map<ReflectedType, MessageValue>): ValueType {
  const value = singleType(field, known);
  // The reflection of protobufjs names scalars as protos do.
  if (field.map) return new MapValue(keyType(field.keyType as ScalarName), value);
  return field.repeated ? new ListValue(value) : value;
}

function singleType({ resolvedType, type }: ReflectedField, known: Map<ReflectedType, MessageValue>): ValueType {
  if (!resolvedType) return scalarType(type as ScalarName, "protobufjs");
  if ("values" in resolvedType) return new EnumValue(nameOf(resolvedType), resolvedType.values, true);
  return messageType(resolvedType, known);
}

function isReflected(type: unknown): type is ReflectedType {
  return isObject(type) && "fieldsArray" in type && "oneofsArray" in type;
}

/** Full names of protobufjs begin with a dot. */
function nameOf({ fullName }: { readonly fullName: string }): string {
  return fullName.replace(/^\./, "");
}

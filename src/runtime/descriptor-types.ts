import { type DescEnum, type DescField, type DescMessage, type DescOneof, ScalarType } from "@bufbuild/protobuf";
import { isWrapper } from "../declaration/template.js";
import type { DetailCodec } from "../detail/detail.js";
import type { DetailCheck } from "../detail/field-problems.js";
import { keyType, type Library, type ScalarName, scalarType } from "../detail/scalar-types.js";
import {
  ANYTHING,
  EnumValue,
  ListValue,
  MapValue,
  MessageValue,
  OneofValue,
  TypedCheck,
  type ValueType,
} from "../detail/value-types.js";

/** The form in which a protobuf library has messages, as far as it follows from the library's options. */
export interface MessageForm {
  readonly library: Library;
  /** Whether a map is a list of entries with a key and a value. By default, it is an object. */
  readonly hasMapLists?: boolean;
  /** Returns the property that holds a field, or names the field that a oneof holds. */
  property(member: DescField | DescOneof): string;
}

/** Makes the types of messages from their descriptors, one for each descriptor. */
export class DescriptorTypes {
  readonly #form: MessageForm;
  readonly #messages = new WeakMap<DescMessage, MessageValue>();

  constructor(form: MessageForm) {
    this.#form = form;
  }

  /** Returns the type of a message. */
  message(desc: DescMessage): MessageValue {
    let type = this.#messages.get(desc);
    if (!type) {
      type = new MessageValue(desc.typeName, () => this.#fields(desc));
      this.#messages.set(desc, type);
    }
    return type;
  }

  #fields({ fields, oneofs }: DescMessage): Map<string, ValueType> {
    const { library, property } = this.#form;
    const typeOf = (all: readonly DescField[]) => all.map((field) => [property(field), this.#field(field)] as const);
    if (library === "protobufjs") {
      // The option "oneofs" adds a property that names the field which a oneof holds. An optional field has a oneof, too.
      const optional = fields.filter(({ proto }) => proto.proto3Optional);
      const names = [
        ...oneofs.map(property),
        ...optional.flatMap((field) => [`_${property(field)}`, `_${field.name}`]),
      ];
      return new Map([...names.map((name) => [name, ANYTHING] as const), ...typeOf(fields)]);
    }
    return new Map([
      ...typeOf(fields.filter(({ oneof }) => !oneof)),
      ...oneofs.map((oneof) => [oneof.localName, new OneofValue(new Map(typeOf(oneof.fields)))] as const),
    ]);
  }

  #field(field: DescField): ValueType {
    switch (field.fieldKind) {
      case "list":
        return new ListValue(this.#value(field));
      case "map":
        return this.#form.hasMapLists
          ? this.#mapList(field)
          : new MapValue(keyType(scalarName(field.mapKey)), this.#value(field));
      default:
        return this.#unwrapped(field) ?? this.#value(field);
    }
  }

  #mapList(field: DescField & { readonly fieldKind: "map" }): ValueType {
    const key = scalarType(scalarName(field.mapKey), this.#form.library);
    const fields = () => new Map([["key", key] as const, ["value", this.#value(field)] as const]);
    return new ListValue(new MessageValue(`an entry of ${field.name}`, fields));
  }

  /** Types of `google.protobuf` that protobuf-es replaces by plain values where they are the type of a single field. */
  #unwrapped({ message, oneof, parent }: DescField): ValueType | undefined {
    if (this.#form.library !== "protobuf-es" || !message) return undefined;
    if (message.typeName === "google.protobuf.Struct") {
      return parent.typeName === "google.protobuf.Value" ? undefined : ANYTHING;
    }
    const [wrapped] = message.fields;
    return isWrapper(message) && !oneof && wrapped ? this.#value(wrapped) : undefined;
  }

  /** The type of a single value, of an item of a list, or of an entry of a map. */
  #value({ message, enum: desc, scalar }: DescField): ValueType {
    if (message) return this.message(message);
    const { library } = this.#form;
    if (desc) return new EnumValue(desc.typeName, numbersOf(desc), library === "protobufjs");
    return scalarType(scalarName(scalar), library);
  }
}

function numbersOf({ values }: DescEnum): Record<string, number> {
  return Object.fromEntries(values.map(({ name, number }) => [name, number]));
}

function scalarName(scalar: ScalarType | undefined): ScalarName {
  // The names of `ScalarType` are those of protos, in capitals.
  return ScalarType[scalar ?? ScalarType.STRING].toLowerCase() as ScalarName;
}

/** Returns the check of a message type of protobuf-es. In a browser there is none, because nothing is sent from there. */
export function protobufEsCheck(schema: DescMessage, encode: DetailCodec<never>["encode"]): DetailCheck | undefined {
  return new TypedCheck(PROTOBUF_ES.message(schema), encode);
}

const PROTOBUF_ES = /* @__PURE__ */ new DescriptorTypes({
  library: "protobuf-es",
  property: ({ localName }) => localName,
});

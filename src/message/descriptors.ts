import { base64Decode } from "../platform/base64.js";
import { standardTypes } from "./standard-types.js";
import { camelCase, type TypeTable, typesIn } from "./type-table.js";
import { type EnumType, type Field, Message, type MessageType, type ScalarName, type Value } from "./types.js";
import { decodeMessage } from "./wire-format.js";

/**
 * Returns the message types that a `google.protobuf.FileDescriptorSet` declares, by their full names.
 *
 * @throws Error if the descriptors are malformed, or need a file, a type or an edition that is not known
 * @see https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */
export function readDescriptors(base64: string): ReadonlyMap<string, MessageType> {
  descriptorTypes ??= typesIn(TABLE);
  const type = descriptorTypes.messages.get("FileDescriptorSet") as MessageType;
  const files = messagesIn(decodeMessage(type, base64Decode(base64)), "file");
  return new DeclaredTypes(files).messages;
}

let descriptorTypes: TypeTable | undefined;

/** The part of descriptor.proto that says how messages are read. */
const TABLE = `
FileDescriptorSet file:1:*FileDescriptorProto
FileDescriptorProto name:1:? package:2:? dependency:3:* message_type:4:*DescriptorProto enum_type:5:*EnumDescriptorProto options:8:FileOptions syntax:12:? edition:14:?int32
DescriptorProto name:1:? field:2:*FieldDescriptorProto nested_type:3:*DescriptorProto enum_type:4:*EnumDescriptorProto options:7:MessageOptions oneof_decl:8:*OneofDescriptorProto
FieldDescriptorProto name:1:? number:3:?int32 label:4:?int32 type:5:?int32 type_name:6:? options:8:FieldOptions oneof_index:9:?int32 json_name:10:? proto3_optional:17:?bool
OneofDescriptorProto name:1:?
EnumDescriptorProto name:1:? value:2:*EnumValueDescriptorProto options:3:EnumOptions
EnumValueDescriptorProto name:1:? number:2:?int32
FileOptions features:50:FeatureSet
MessageOptions map_entry:7:?bool features:12:FeatureSet
FieldOptions packed:2:?bool features:21:FeatureSet
EnumOptions features:7:FeatureSet
FeatureSet field_presence:1:?int32 enum_type:2:?int32 repeated_field_encoding:3:?int32 utf8_validation:4:?int32 message_encoding:5:?int32
`;

/** The values of features, by the names of `FeatureSet`. */
type Features = Readonly<
  Record<"field_presence" | "enum_type" | "repeated_field_encoding" | "utf8_validation" | "message_encoding", number>
>;

const IMPLICIT = 2;
const REQUIRED = 3;
const OPEN = 1;
const PACKED = 1;
const VERIFY = 2;
const DELIMITED = 2;

const EDITION_2023: Features = {
  field_presence: 1,
  enum_type: OPEN,
  repeated_field_encoding: PACKED,
  utf8_validation: VERIFY,
  message_encoding: 1,
};
const PROTO3: Features = { ...EDITION_2023, field_presence: IMPLICIT };
const PROTO2: Features = { ...EDITION_2023, enum_type: 2, repeated_field_encoding: 2, utf8_validation: 3 };

/** The editions whose features have the defaults of 2023: 2023 to 2026. */
const EDITIONS = [1000, 1001, 1002];

/** The types of files, which may refer to each other. */
class DeclaredTypes {
  readonly messages = new Map<string, MessageType>();
  readonly #enums = new Map<string, EnumType>();
  readonly #mapEntries = new Map<string, MessageType>();
  /** Adds the fields of the messages, once all types are known. */
  readonly #later: (() => void)[] = [];

  constructor(files: readonly Message[]) {
    const names = new Set<unknown>(files.map((file) => file.get("name")));
    for (const file of files) {
      for (const imported of listIn(file, "dependency")) {
        if (!names.has(imported) && !STANDARD_FILE.test(String(imported))) {
          throw new TypeError(`the file ${String(imported)} is missing`);
        }
      }
      const scope = textIn(file, "package");
      const features = featuresOf(file, defaultsOf(file));
      this.#addEnums(file, scope, features);
      for (const message of messagesIn(file, "message_type")) this.#addMessage(message, scope, features);
    }
    for (const add of this.#later) add();
  }

  #addMessage(proto: Message, scope: string, inherited: Features): void {
    const typeName = within(scope, textIn(proto, "name"));
    const features = featuresOf(proto, inherited);
    const fields: Field[] = [];
    const isEntry = optionOf(proto, "map_entry") === true;
    (isEntry ? this.#mapEntries : this.messages).set(typeName, { kind: "message", typeName, fields });
    this.#addEnums(proto, typeName, features);
    for (const nested of messagesIn(proto, "nested_type")) this.#addMessage(nested, typeName, features);
    const oneofs = messagesIn(proto, "oneof_decl").map((oneof) => textIn(oneof, "name"));
    const all = messagesIn(proto, "field");
    const addAll = () => {
      fields.push(...all.map((field) => this.#field(field, oneofs, features)));
      fields.sort((a, b) => a.number - b.number);
    };
    // The fields of an entry say what the keys and values of its map are.
    if (isEntry) this.#later.unshift(addAll);
    else this.#later.push(addAll);
  }

  #addEnums(parent: Message, scope: string, inherited: Features): void {
    for (const proto of messagesIn(parent, "enum_type")) {
      const typeName = within(scope, textIn(proto, "name"));
      const values = messagesIn(proto, "value").map(
        (value) => [textIn(value, "name"), numberIn(value, "number")] as const,
      );
      const names = new Map<number, string>();
      // Of several names for a number, the first counts.
      for (const [name, number] of values) if (!names.has(number)) names.set(number, name);
      const isOpen = featuresOf(proto, inherited).enum_type === OPEN;
      this.#enums.set(typeName, { kind: "enum", typeName, isOpen, names, numbers: new Map(values) });
    }
  }

  #field(proto: Message, oneofs: readonly string[], inherited: Features): Field {
    const features = featuresOf(proto, inherited);
    const [name, label, typeNumber] = [textIn(proto, "name"), numberIn(proto, "label"), numberIn(proto, "type")];
    const typeName = textIn(proto, "type_name").replace(/^\./, "");
    const entry = this.#mapEntries.get(typeName);
    const type = entry?.fields[1]?.type ?? this.#type(typeNumber, typeName);
    const isMessage = typeof type !== "string" && type.kind === "message";
    const index = proto.get("oneof_index");
    const isOptional = proto.get("proto3_optional") === true;
    const oneof = index === undefined || isOptional ? undefined : oneofs[Number(index)];
    const isList = label === REPEATED && !entry;
    return {
      name,
      jsonName: textIn(proto, "json_name") || camelCase(name),
      number: numberIn(proto, "number"),
      type,
      oneof,
      ...(entry && { key: entry.fields[0]?.type as ScalarName }),
      isList,
      isPacked: isList && ((optionOf(proto, "packed") ?? features.repeated_field_encoding === PACKED) as boolean),
      hasPresence: isMessage || oneof !== undefined || isOptional || features.field_presence !== IMPLICIT,
      isRequired: label === LABEL_REQUIRED || (label !== REPEATED && features.field_presence === REQUIRED),
      isGroup: isMessage && !entry && (typeNumber === GROUP || features.message_encoding === DELIMITED),
      isUtf8: features.utf8_validation === VERIFY,
    };
  }

  #type(number: number, typeName: string): Field["type"] {
    const known = typeName
      ? (this.messages.get(typeName) ??
        this.#enums.get(typeName) ??
        standardTypes().messages.get(typeName) ??
        standardTypes().enums.get(typeName))
      : SCALARS[number];
    if (!known) throw new TypeError(`the type ${typeName || number} is missing`);
    return known;
  }
}

const LABEL_REQUIRED = 2;
const REPEATED = 3;
const GROUP = 10;

/** The files of the standard types. */
const STANDARD_FILE = /^google\/(protobuf\/\w+|rpc\/error_details)\.proto$/;

/** The scalar types, by their numbers in descriptors. */
const SCALARS: readonly (ScalarName | undefined)[] = [
  undefined,
  "double",
  "float",
  "int64",
  "uint64",
  "int32",
  "fixed64",
  "fixed32",
  "bool",
  "string",
  undefined,
  undefined,
  "bytes",
  "uint32",
  undefined,
  "sfixed32",
  "sfixed64",
  "sint32",
  "sint64",
];

function defaultsOf(file: Message): Features {
  const syntax = textIn(file, "syntax") || "proto2";
  if (syntax === "proto2") return PROTO2;
  if (syntax === "proto3") return PROTO3;
  if (EDITIONS.includes(numberIn(file, "edition"))) return EDITION_2023;
  throw new TypeError(`the edition of ${textIn(file, "name")} is not supported`);
}

function featuresOf(proto: Message, inherited: Features): Features {
  const own = optionOf(proto, "features");
  if (!(own instanceof Message)) return inherited;
  const set = [...own.values].filter(([, value]) => value !== 0).map(([{ name }, value]) => [name, value]);
  return { ...inherited, ...Object.fromEntries(set) };
}

function optionOf(proto: Message, name: string): Value | undefined {
  const options = proto.get("options");
  return options instanceof Message ? options.get(name) : undefined;
}

function within(scope: string, name: string): string {
  return scope ? `${scope}.${name}` : name;
}

function textIn(message: Message, name: string): string {
  return String(message.get(name) ?? "");
}

function numberIn(message: Message, name: string): number {
  return Number(message.get(name) ?? 0);
}

function listIn(message: Message, name: string): readonly unknown[] {
  return (message.get(name) ?? []) as readonly unknown[];
}

function messagesIn(message: Message, name: string): readonly Message[] {
  return listIn(message, name) as readonly Message[];
}

import { clone, create, type DescField, type DescMessage, type DescOneof, toBinary } from "@bufbuild/protobuf";
import { type DescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { MessageTypeDefinition, Options, PackageDefinition } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { isStandardFile, withStandardDetails } from "../../declaration/schema.js";
import { isWrapper } from "../../declaration/template.js";
import type { DetailCodec } from "../../detail/detail.js";
import { checking } from "../../detail/field-problems.js";
import { protobufjsCodec } from "../../detail/foreign-codecs.js";
import { TypedCheck } from "../../detail/value-types.js";
import type { MessageLibrary } from "../catalog.js";
import { DescriptorTypes } from "../descriptor-types.js";
import { rootOf } from "./proto-root.js";

interface LoadedDefinitions {
  readonly packageDefinition: PackageDefinition;
  readonly options: Options;
  /** Whether fields keep the names that the proto gives them, or take camel case. */
  readonly keepCase: boolean;
  /** Whether the types come from descriptors, in which protobufjs does not recognize maps. */
  readonly fromDescriptors: boolean;
  /** Loads all types. The package definition lacks those that messages declare. */
  readonly root: () => protobuf.Root;
}

/**
 * Encodes and decodes details like all other messages of a package definition: with its functions, or with protobufjs
 * where it has none. proto-loader before 0.8 has none, and no version has them for the messages that messages declare.
 */
export class ProtoLoaderMessages implements MessageLibrary {
  readonly #loaded: LoadedDefinitions;
  #root: protobuf.Root | undefined;
  #standard: protobuf.Root | undefined;
  readonly #types: DescriptorTypes;
  readonly #standardTypes: DescriptorTypes;

  constructor(loaded: LoadedDefinitions) {
    this.#loaded = loaded;
    const form = {
      library: "protobufjs",
      property: (member: DescField | DescOneof) => this.#property(member),
    } as const;
    this.#standardTypes = new DescriptorTypes({ ...form, hasMapLists: true });
    this.#types = loaded.fromDescriptors ? this.#standardTypes : new DescriptorTypes(form);
  }

  codec(message: DescMessage): DetailCodec<unknown> {
    const { typeName, file } = message;
    const isStandard = this.#loaded.packageDefinition[typeName] === undefined && isStandardFile(file);
    const codec = this.#codec(typeName, isStandard);
    const encode = (detail: unknown) => codec.encode(Object(detail));
    const types = isStandard ? this.#standardTypes : this.#types;
    return { ...codec, encode: checking(encode, new TypedCheck(types.message(message), encode)) };
  }

  #codec(typeName: string, isStandard: boolean): DetailCodec<object> {
    const { packageDefinition, options } = this.#loaded;
    const definition = packageDefinition[typeName];
    if (!isMessageDefinition(definition)) {
      const root = isStandard ? this.#standardRoot : this.#loadedRoot;
      return protobufjsCodec(typeName, root.lookupType(typeName), options) as DetailCodec<object>;
    }
    return {
      typeName,
      encode: (detail) => definition.serialize(detail),
      decode: ({ buffer, byteOffset, length }) => definition.deserialize(Buffer.from(buffer, byteOffset, length)),
    };
  }

  property(path: readonly DescField[]): string {
    const names = path.map((field) => this.#property(field));
    const last = path.at(-1);
    if (last?.message && isWrapper(last.message)) names.push("value");
    return names.join(".");
  }

  #property(member: DescField | DescOneof): string {
    return (this.#loaded.fromDescriptors ? undefined : containedName(member)) ?? this.#cased(member.name);
  }

  #cased(fieldName: string): string {
    return this.#loaded.keepCase ? fieldName : protobuf.util.camelCase(fieldName);
  }

  get #loadedRoot(): protobuf.Root {
    this.#root ??= this.#loaded.root();
    return this.#root;
  }

  get #standardRoot(): protobuf.Root {
    this.#standard ??= standardRoot((fieldName) => this.#cased(fieldName));
    return this.#standard;
  }
}

function isMessageDefinition(
  definition: PackageDefinition[string] | undefined,
): definition is MessageTypeDefinition<object, object> {
  return definition !== undefined && "format" in definition && "serialize" in definition;
}

/**
 * The name of a field in a file that protobufjs contains, and loads instead of the original: `type_url` of an Any, in
 * spite of `keepCase: false`, and `numberValue` of a Value, in spite of `keepCase: true`.
 */
function containedName({ kind, parent, ...member }: DescField | DescOneof): string | undefined {
  const file = kind === "field" ? protobuf.common.get(parent.file.proto.name) : undefined;
  if (!file || !("number" in member)) return undefined;
  return protobuf.Root.fromJSON(file).lookupType(parent.typeName).fieldsById[member.number]?.name;
}

/**
 * The types of the standard details, for errors that carry one without importing its file.
 *
 * @param property returns the property that holds a field
 */
function standardRoot(property: (fieldName: string) => string): protobuf.Root {
  const file = withStandardDetails([]).map((file) => clone(FileDescriptorProtoSchema, file));
  // protobufjs takes property names from descriptors as they are.
  for (const { messageType } of file) renameFields(messageType, property);
  return rootOf(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
}

function renameFields(messages: readonly DescriptorProto[], property: (fieldName: string) => string): void {
  for (const { field, nestedType } of messages) {
    for (const each of field) each.name = property(each.name);
    renameFields(nestedType, property);
  }
}

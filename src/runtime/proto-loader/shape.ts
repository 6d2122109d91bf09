import { clone, create, type DescField, type DescMessage, toBinary } from "@bufbuild/protobuf";
import { type DescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import {
  loadFileDescriptorSetFromBuffer,
  type MessageTypeDefinition,
  type Options,
  type PackageDefinition,
} from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { isStandardFile, withStandardDetails } from "../../declaration/schema.js";
import { isWrapper } from "../../declaration/template.js";
import type { DetailCodec } from "../../detail/detail.js";
import { protobufjsCodec } from "../../detail/foreign-codecs.js";
import type { DetailShape } from "../catalog.js";

/** What was loaded by `@grpc/proto-loader`. */
interface LoadedDefinitions {
  readonly packageDefinition: PackageDefinition;
  readonly options: Options;
  /** Whether fields have their names of the proto, and not in camel case. */
  readonly keepCase: boolean;
  /** All types, those in messages too, which the package definition has not. */
  readonly root: () => protobuf.Root;
}

/** Details as all messages of a package definition are: made by its own functions. */
export class ProtoLoaderShape implements DetailShape {
  readonly #loaded: LoadedDefinitions;
  #root: protobuf.Root | undefined;
  #standard: PackageDefinition | undefined;

  constructor(loaded: LoadedDefinitions) {
    this.#loaded = loaded;
  }

  codec({ typeName, file }: DescMessage): DetailCodec<unknown> {
    const { packageDefinition, options } = this.#loaded;
    const definition =
      packageDefinition[typeName] ?? (isStandardFile(file) ? this.#standardDetail(typeName) : undefined);
    if (!isMessageDefinition(definition)) {
      this.#root ??= this.#loaded.root();
      return protobufjsCodec(typeName, this.#root.lookupType(typeName), options);
    }
    return {
      typeName,
      encode: (detail) => definition.serialize(Object(detail)),
      decode: ({ buffer, byteOffset, length }) => definition.deserialize(Buffer.from(buffer, byteOffset, length)),
    };
  }

  property(path: readonly DescField[]): string {
    const names = path.map(({ name }) => this.#property(name));
    const last = path.at(-1);
    if (last?.message && isWrapper(last.message)) names.push("value");
    return names.join(".");
  }

  #property(fieldName: string): string {
    return this.#loaded.keepCase ? fieldName : protobuf.util.camelCase(fieldName);
  }

  #standardDetail(typeName: string): PackageDefinition[string] | undefined {
    this.#standard ??= standardDefinitions(this.#loaded.options, (fieldName) => this.#property(fieldName));
    return this.#standard[typeName];
  }
}

function isMessageDefinition(
  definition: PackageDefinition[string] | undefined,
): definition is MessageTypeDefinition<object, object> {
  return definition !== undefined && "format" in definition && "serialize" in definition;
}

/**
 * The standard details as `@grpc/proto-loader` has all messages, for errors that
 * have one of them without importing its file.
 *
 * @param property the property that holds a field
 */
function standardDefinitions(options: Options, property: (fieldName: string) => string): PackageDefinition {
  const file = withStandardDetails([]).map((file) => clone(FileDescriptorProtoSchema, file));
  // proto-loader takes the names as they stand in descriptors.
  for (const { messageType } of file) rename(messageType, property);
  const bytes = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
  return loadFileDescriptorSetFromBuffer(Buffer.from(bytes), options);
}

function rename(messages: readonly DescriptorProto[], property: (fieldName: string) => string): void {
  for (const { field, nestedType } of messages) {
    for (const each of field) each.name = property(each.name);
    rename(nestedType, property);
  }
}

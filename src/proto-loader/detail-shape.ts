import type { DescField, DescMessage } from "@bufbuild/protobuf";
import type { MessageTypeDefinition, Options, PackageDefinition } from "@grpc/proto-loader";
import protobuf from "protobufjs";
import { isStandardFile } from "../declaration/schema.js";
import { isWrapper } from "../declaration/template.js";
import type { DetailCodec } from "../detail/detail.js";
import { protobufjsCodec } from "../detail/foreign-codecs.js";
import type { DetailShape } from "../dynamic/detail-shape.js";
import { standardDefinitions } from "./standard-definitions.js";

/** What was loaded by `@grpc/proto-loader`. */
export interface LoadedDefinitions {
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

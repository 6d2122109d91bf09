import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
  type MessageShape,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  MethodOptionsSchema,
  type SourceCodeInfo_Location,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import { scopesOf } from "../../declaration/names.js";
import type { Problems } from "../../declaration/problems.js";
import { optionsPathOf, pathOf } from "../../declaration/proto-source.js";
import { enumsOf } from "../../declaration/schema.js";
import { setOptions } from "./options.js";
import type { ElementText, ProtoText } from "./proto-text.js";
import type { SourceFile } from "./source-root.js";
import { INSTEAD } from "./source-root.js";
import type { Position } from "./tokens.js";

/**
 * Puts into descriptors what the texts of their files say of enums and methods:
 * options, comments and places.
 */
export function annotate(
  files: readonly FileDescriptorProto[],
  sources: readonly SourceFile[],
  problems: Problems,
): void {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  const texts = new Map(sources.map(({ name, text }) => [name, text]));
  for (const file of registry.files) {
    const text = texts.get(file.proto.name);
    if (text) new FileAnnotator(file, registry, problems).annotate(text);
  }
}

class FileAnnotator {
  readonly #file: DescFile;
  readonly #registry: FileRegistry;
  readonly #problems: Problems;
  readonly #locations: SourceCodeInfo_Location[] = [];

  constructor(file: DescFile, registry: FileRegistry, problems: Problems) {
    this.#file = file;
    this.#registry = registry;
    this.#problems = problems;
  }

  annotate({ enums, methods }: ProtoText): void {
    for (const desc of enumsOf(this.#file)) {
      const text = this.#textOf(desc.typeName, enums);
      if (!text) continue;
      desc.proto.options = this.#read(EnumOptionsSchema, desc, text);
      for (const value of desc.values) {
        const ofValue = this.#textOf(value.name, text.values);
        if (ofValue) value.proto.options = this.#read(EnumValueOptionsSchema, value, ofValue);
      }
    }
    for (const method of this.#file.services.flatMap(({ methods }) => methods)) {
      const text = this.#textOf(`${method.parent.typeName}.${method.name}`, methods);
      if (text) method.proto.options = this.#read(MethodOptionsSchema, method, text);
    }
    this.#file.proto.sourceCodeInfo = create(SourceCodeInfoSchema, { location: this.#locations });
  }

  /** The text of what protobufjs has found. */
  #textOf<Text>(name: string, texts: ReadonlyMap<string, Text>): Text | undefined {
    const text = texts.get(name);
    if (text === undefined) {
      this.#problems.report({ file: this.#file.proto.name }, `the annotations of ${name} cannot be read; ${INSTEAD}`);
    }
    return text;
  }

  #read<Desc extends DescMessage>(
    schema: Desc,
    element: DescEnum | DescEnumValue | DescMethod,
    text: ElementText,
  ): MessageShape<Desc> {
    const options = create(schema);
    this.#locate(pathOf(element), text.at, text.comment);
    const scope = (element.kind === "enum" ? element : element.parent).typeName;
    setOptions(reflect(schema, options), text.options, {
      extension: (name) => this.#extension(name, scope),
      locate: (path, at) => this.#locate([...optionsPathOf(element), ...path], at),
      report: (at, mistake) => this.#report(at, mistake),
    });
    return options;
  }

  #extension(name: string, scope: string): DescExtension | undefined {
    for (const fullName of scopesOf(name, scope)) {
      const extension = this.#registry.getExtension(fullName);
      if (extension) return extension;
    }
    return undefined;
  }

  #locate(path: readonly number[], { line, column }: Position, leadingComments = ""): void {
    const span = [line, column, column];
    this.#locations.push(create(SourceCodeInfo_LocationSchema, { path: [...path], span, leadingComments }));
  }

  #report({ line, column }: Position, mistake: string): void {
    this.#problems.report({ file: this.#file.proto.name, line: line + 1, column: column + 1 }, mistake);
  }
}

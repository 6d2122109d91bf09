import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type FileRegistry,
  type MessageShape,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  EnumOptionsSchema,
  EnumValueOptionsSchema,
  type FileDescriptorProto,
  FileDescriptorSetSchema,
  type SourceCodeInfo_Location,
  SourceCodeInfo_LocationSchema,
  SourceCodeInfoSchema,
} from "@bufbuild/protobuf/wkt";
import { scopesOf } from "../declaration/names.js";
import type { Problems } from "../declaration/problems.js";
import { enumsOf } from "../declaration/schema.js";
import { optionsPathOf, pathOf } from "../declaration/source.js";
import { setOptions } from "./options.js";
import type { ElementText, ProtoText } from "./proto-text.js";
import type { SourceFile } from "./source-root.js";
import type { Position } from "./tokens.js";

/**
 * Puts into descriptors what the texts of their files say of enums: options,
 * comments and places.
 */
export function annotate(
  files: readonly FileDescriptorProto[],
  sources: readonly SourceFile[],
  problems: Problems,
): void {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...files] }));
  for (const file of registry.files) {
    const text = sources.find(({ name }) => name === file.proto.name)?.text;
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

  annotate({ enums }: ProtoText): void {
    for (const desc of enumsOf(this.#file)) {
      const text = enums.get(desc.typeName);
      if (!text) continue;
      desc.proto.options = this.#read(EnumOptionsSchema, desc, text);
      for (const value of desc.values) {
        const ofValue = text.values.get(value.name);
        if (ofValue) value.proto.options = this.#read(EnumValueOptionsSchema, value, ofValue);
      }
    }
    this.#file.proto.sourceCodeInfo = create(SourceCodeInfoSchema, { location: this.#locations });
  }

  #read<Desc extends DescMessage>(
    schema: Desc,
    element: DescEnum | DescEnumValue,
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

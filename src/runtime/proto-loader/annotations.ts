import {
  create,
  createFileRegistry,
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type FileRegistry,
  type MessageShape,
  ScalarType,
  setExtension,
} from "@bufbuild/protobuf";
import {
  isReflectList,
  isReflectMap,
  isReflectMessage,
  type ReflectMessage,
  reflect,
} from "@bufbuild/protobuf/reflect";
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
import { oneOf, type Problems } from "../../declaration/problems.js";
import { optionsPathOf, pathOf } from "../../declaration/proto-source.js";
import { enumsOf } from "../../declaration/schema.js";
import { COMPILE_INSTEAD } from "./proto-root.js";
import type { ElementText, FieldText, OptionText, OptionTextValue, ProtoFile, ProtoText } from "./proto-text.js";
import type { Position } from "./tokens.js";

/** Adds to descriptors what the texts of their files say about enums and methods: options, comments and positions. */
export function addAnnotations(
  descriptors: readonly FileDescriptorProto[],
  files: readonly ProtoFile[],
  problems: Problems,
): void {
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [...descriptors] }));
  const texts = new Map(files.map(({ name, text }) => [name, text]));
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
      const enumText = this.#textOf(desc.typeName, enums);
      if (!enumText) continue;
      desc.proto.options = this.#optionsOf(EnumOptionsSchema, desc, enumText);
      for (const value of desc.values) {
        const valueText = this.#textOf(value.name, enumText.values);
        if (valueText) value.proto.options = this.#optionsOf(EnumValueOptionsSchema, value, valueText);
      }
    }
    for (const method of this.#file.services.flatMap(({ methods }) => methods)) {
      const text = this.#textOf(`${method.parent.typeName}.${method.name}`, methods);
      if (text) method.proto.options = this.#optionsOf(MethodOptionsSchema, method, text);
    }
    this.#file.proto.sourceCodeInfo = create(SourceCodeInfoSchema, { location: this.#locations });
  }

  #textOf<Text>(name: string, texts: ReadonlyMap<string, Text>): Text | undefined {
    const text = texts.get(name);
    if (text === undefined) {
      this.#problems.report(
        { file: this.#file.proto.name },
        `cannot read the annotations of ${name}; ${COMPILE_INSTEAD}`,
      );
    }
    return text;
  }

  #optionsOf<Desc extends DescMessage>(
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

/** The surroundings of an element's options. */
interface OptionContext {
  /** Finds an extension by its name as the proto writes it. */
  extension(name: string): DescExtension | undefined;
  /** Records the position of a part of the options. */
  locate(path: readonly number[], at: Position): void;
  /** Reports a mistake, with what to write instead. */
  report(at: Position, mistake: string): void;
}

/**
 * Sets the options that declare errors, and the options of protobuf itself.
 *
 * It skips all other extensions. It does not report mistakes in protobuf's own options, because compilers do.
 */
function setOptions(options: ReflectMessage, texts: readonly OptionText[], context: OptionContext): void {
  const reader = new ValueReader(context);
  const lenientReader = new ValueReader({ ...context, report: () => {} });
  const extensions = new Map<DescExtension, ReflectMessage>();
  for (const { name, at, value } of texts) {
    const [first = "", ...rest] = name;
    if (!first.startsWith("(")) {
      lenientReader.readMessage(options, nested(name, at, value), []);
      continue;
    }
    const extension = context.extension(first.slice(1, -1));
    if (!DECLARES_ERRORS.test(extension?.typeName ?? first)) continue;
    if (!extension?.message) {
      context.report(at, `unknown option ${first}; import the file that declares it`);
      continue;
    }
    const message = extensions.get(extension) ?? reflect(extension.message);
    extensions.set(extension, message);
    context.locate([extension.number], at);
    reader.readMessage(message, nested(rest, at, value), [extension.number]);
  }
  for (const [extension, { message }] of extensions) setExtension(options.message, extension, message);
}

const DECLARES_ERRORS = /^\(?\.?(richerrors\.v1|kurrent\.rpc)\./;

/** The value of an option whose name has several parts, as if it were written with braces. */
function nested(name: readonly string[], at: Position, value: OptionTextValue): OptionTextValue {
  return name.reduceRight<OptionTextValue>(
    (inner, part) => ({ kind: "message", fields: [{ name: part, at, value: inner }], ...at }),
    value,
  );
}

/** Reads the values of options by the types of their fields. */
class ValueReader {
  readonly #context: OptionContext;

  constructor(context: OptionContext) {
    this.#context = context;
  }

  readMessage(message: ReflectMessage, value: OptionTextValue, path: readonly number[]): void {
    if (value.kind !== "message") {
      this.#context.report(value, `${message.desc.typeName} is a message; write its fields in braces`);
      return;
    }
    for (const text of value.fields) {
      const field = message.fields.find(({ name }) => name === text.name);
      if (field) this.#readField(message, field, text, [...path, field.number]);
      else {
        const names = oneOf(message.fields.map(({ name }) => name));
        this.#context.report(
          text.at,
          `${message.desc.typeName} has no field ${JSON.stringify(text.name)}; write ${names}`,
        );
      }
    }
  }

  #readField(message: ReflectMessage, field: DescField, { at, value }: FieldText, path: readonly number[]): void {
    this.#context.locate(path, at);
    const items = value.kind === "list" ? value.items : [value];
    const current = message.get(field);
    for (const item of items) {
      if (isReflectList(current)) {
        const itemPath = [...path, current.size];
        this.#context.locate(itemPath, value.kind === "list" ? item : at);
        const element = this.#readValue(field, item, itemPath);
        if (element !== undefined) current.add(element);
      } else if (isReflectMap(current)) {
        const [key, element] = this.#readEntry(field, item, path);
        if (key !== undefined && element !== undefined) current.set(key, element);
      } else {
        const inner = isReflectMessage(current) && message.isSet(field) ? current : undefined;
        const read = this.#readValue(field, item, path, inner);
        if (read !== undefined) message.set(field, read);
      }
    }
  }

  /** @param into the message that the field holds already, if it holds one */
  #readValue(field: DescField, value: OptionTextValue, path: readonly number[], into?: ReflectMessage): unknown {
    if (field.message) {
      const message = into ?? reflect(field.message);
      this.readMessage(message, value, path);
      return message;
    }
    const read = "text" in value ? textValue(field, value) : undefined;
    if (read === undefined) {
      const wrong = "text" in value ? JSON.stringify(value.text) : `a ${value.kind}`;
      const right = field.enum
        ? oneOf(field.enum.values.map(({ name }) => name))
        : `a value of type ${ScalarType[field.scalar ?? 0]?.toLowerCase()}`;
      this.#context.report(value, `${field.name} cannot be ${wrong}; write ${right}`);
    }
    return read;
  }

  #readEntry(field: DescField, value: OptionTextValue, path: readonly number[]): [key: string | undefined, unknown] {
    const fields = value.kind === "message" ? value.fields : [];
    const key = fields.find(({ name }) => name === "key")?.value;
    const element = fields.find(({ name }) => name === "value")?.value;
    if (key?.kind === "string" && element) return [key.text, this.#readValue(field, element, path)];
    this.#context.report(value, `${field.name} is a map; write each entry as {key: "…" value: …}`);
    return [undefined, undefined];
  }
}

type ScalarText = Extract<OptionTextValue, { readonly text: string }>;

function textValue({ enum: desc, scalar }: DescField, value: ScalarText): unknown {
  if (!desc) return scalar === undefined ? undefined : scalarValue(scalar, value);
  if (value.kind === "string") return undefined;
  const known = desc.values.find(({ name }) => name === value.text);
  return known?.number ?? integer(value.text, -(2 ** 31), 2 ** 31 - 1);
}

/** Reads a value of one of the types that annotations use. */
function scalarValue(type: ScalarType, { kind, text }: ScalarText): unknown {
  if (type === ScalarType.STRING) return kind === "string" ? text : undefined;
  if (kind === "string") return undefined;
  switch (type) {
    case ScalarType.BOOL:
      return text === "true" ? true : text === "false" ? false : undefined;
    case ScalarType.INT32:
      return integer(text, -(2 ** 31), 2 ** 31 - 1);
    case ScalarType.INT64:
      return long(text);
    default:
      return undefined;
  }
}

function integer(text: string, least: number, most: number): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && least <= number && number <= most ? number : undefined;
}

function long(text: string): bigint | undefined {
  if (!/^-?\d+$/.test(text)) return undefined;
  const number = BigInt(text);
  return number === BigInt.asIntN(64, number) ? number : undefined;
}

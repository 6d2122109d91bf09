import { type DescExtension, type DescField, ScalarType, setExtension } from "@bufbuild/protobuf";
import {
  isReflectList,
  isReflectMap,
  isReflectMessage,
  type ReflectMessage,
  reflect,
} from "@bufbuild/protobuf/reflect";
import { oneOf } from "../../declaration/problems.js";
import type { FieldText, OptionText, OptionTextValue } from "./proto-text.js";
import type { Position } from "./tokens.js";

/** What is around an option that is read. */
export interface OptionScope {
  /** An extension by a name as it is written. */
  extension(name: string): DescExtension | undefined;
  /** Tells where a part of the options stands. */
  locate(path: readonly number[], at: Position): void;
  /** Tells what is wrong, and what to write instead. */
  report(at: Position, mistake: string): void;
}

/**
 * Sets the options that declare errors, and those of protobuf itself.
 *
 * Extensions of others are passed over, and so is what is wrong with protobuf's
 * own options: that is for compilers to say.
 */
export function setOptions(options: ReflectMessage, texts: readonly OptionText[], scope: OptionScope): void {
  const filler = new Filler(scope);
  const lenient = new Filler({ ...scope, report: () => {} });
  const extensions = new Map<DescExtension, ReflectMessage>();
  for (const { name, at, value } of texts) {
    const [first = "", ...rest] = name;
    if (!first.startsWith("(")) {
      lenient.fill(options, nested(name, at, value), []);
      continue;
    }
    const extension = scope.extension(first.slice(1, -1));
    if (!OF_ERRORS.test(extension?.typeName ?? first)) continue;
    if (!extension?.message) {
      scope.report(at, `the option ${first} is not known; import the file that declares it`);
      continue;
    }
    const message = extensions.get(extension) ?? reflect(extension.message);
    extensions.set(extension, message);
    scope.locate([extension.number], at);
    filler.fill(message, nested(rest, at, value), [extension.number]);
  }
  for (const [extension, { message }] of extensions) setExtension(options.message, extension, message);
}

const OF_ERRORS = /^\(?\.?(richerrors\.v1|kurrent\.rpc)\./;

/** A value under a name of several parts, as if it were written with braces. */
function nested(name: readonly string[], at: Position, value: OptionTextValue): OptionTextValue {
  return name.reduceRight<OptionTextValue>(
    (inner, part) => ({ kind: "message", fields: [{ name: part, at, value: inner }], ...at }),
    value,
  );
}

/** Fills messages with what is written of them. */
class Filler {
  readonly #scope: OptionScope;

  constructor(scope: OptionScope) {
    this.#scope = scope;
  }

  fill(message: ReflectMessage, value: OptionTextValue, path: readonly number[]): void {
    if (value.kind !== "message") {
      this.#scope.report(value, `${message.desc.typeName} is a message; write its fields in braces`);
      return;
    }
    for (const text of value.fields) {
      const field = message.fields.find(({ name }) => name === text.name);
      if (field) this.#set(message, field, text, [...path, field.number]);
      else {
        const names = message.fields.map(({ name }) => name);
        this.#scope.report(
          text.at,
          `${message.desc.typeName} has no field ${JSON.stringify(text.name)}; write ${oneOf(names)}`,
        );
      }
    }
  }

  #set(message: ReflectMessage, field: DescField, { at, value }: FieldText, path: readonly number[]): void {
    this.#scope.locate(path, at);
    const items = value.kind === "list" ? value.items : [value];
    const current = message.get(field);
    for (const item of items) {
      if (isReflectList(current)) {
        const itemPath = [...path, current.size];
        this.#scope.locate(itemPath, value.kind === "list" ? item : at);
        const element = this.#read(field, item, itemPath);
        if (element !== undefined) current.add(element);
      } else if (isReflectMap(current)) {
        const [key, element] = this.#readEntry(field, item, path);
        if (key !== undefined && element !== undefined) current.set(key, element);
      } else {
        const inner = isReflectMessage(current) && message.isSet(field) ? current : undefined;
        const read = this.#read(field, item, path, inner);
        if (read !== undefined) message.set(field, read);
      }
    }
  }

  /** A value of a field's type; into the message that is there already, if there is one. */
  #read(field: DescField, value: OptionTextValue, path: readonly number[], into?: ReflectMessage): unknown {
    if (field.message) {
      const message = into ?? reflect(field.message);
      this.fill(message, value, path);
      return message;
    }
    const read = "text" in value ? textValue(field, value) : undefined;
    if (read === undefined) {
      const wanted = field.enum
        ? oneOf(field.enum.values.map(({ name }) => name))
        : `a value of the type ${ScalarType[field.scalar ?? 0]?.toLowerCase()}`;
      this.#scope.report(value, `${field.name} has no such value; write ${wanted}`);
    }
    return read;
  }

  #readEntry(field: DescField, value: OptionTextValue, path: readonly number[]): [key: string | undefined, unknown] {
    const fields = value.kind === "message" ? value.fields : [];
    const key = fields.find(({ name }) => name === "key")?.value;
    const element = fields.find(({ name }) => name === "value")?.value;
    if (key?.kind === "string" && element) return [key.text, this.#read(field, element, path)];
    this.#scope.report(value, `${field.name} is a map; write an entry as {key: "…" value: …}`);
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

/** A value of the types that annotations have. */
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

import {
  type DescEnum,
  type DescEnumValue,
  type DescExtension,
  type DescField,
  type DescMethod,
  getExtension,
  hasExtension,
  isMessage,
} from "@bufbuild/protobuf";
import {
  isReflectList,
  isReflectMap,
  isReflectMessage,
  type ReflectMessage,
  reflect,
} from "@bufbuild/protobuf/reflect";
import type { Place } from "./problems.js";
import { optionsPathOf, type ProtoSource } from "./proto-source.js";

/**
 * The value of a message-typed option, read by the names of its fields.
 *
 * The `annotations.proto` that the user's files import may be older or newer than this package. A field that it does
 * not declare reads as a field that is not set.
 */
export class OptionValue {
  readonly #message: ReflectMessage;
  readonly #source: ProtoSource;
  readonly #path: readonly number[];

  private constructor(message: ReflectMessage, source: ProtoSource, path: readonly number[]) {
    this.#message = message;
    this.#source = source;
    this.#path = path;
  }

  /** Reads an option of an element. Returns `undefined` if the option is not set. */
  static read(
    element: DescEnum | DescEnumValue | DescMethod,
    option: DescExtension | undefined,
    source: ProtoSource,
  ): OptionValue | undefined {
    const options = element.proto.options;
    if (!options || !option?.message || option.extendee.typeName !== options.$typeName) return undefined;
    if (!hasExtension(options, option)) return undefined;
    const value = getExtension(options, option);
    if (!isMessage(value, option.message)) return undefined;
    return new OptionValue(reflect(option.message, value), source, [...optionsPathOf(element), option.number]);
  }

  /** The place of a field, or of one item of a repeated field. Without a name, the place of the option. */
  place(name?: string, index?: number): Place {
    const path = [...this.#path];
    const field = name === undefined ? undefined : this.#field(name);
    if (field) path.push(field.number);
    if (field && index !== undefined) path.push(index);
    return this.#source.place(path);
  }

  /** Checks whether a field is set. */
  has(name: string): boolean {
    const field = this.#field(name);
    return field !== undefined && this.#message.isSet(field);
  }

  text(name: string): string {
    const value = this.#get(name);
    return typeof value === "string" ? value : "";
  }

  /** The value of a numeric field, or the number of an enum field's value. */
  number(name: string): number {
    const value = this.#get(name);
    return typeof value === "bigint" ? Number(value) : typeof value === "number" ? value : 0;
  }

  flag(name: string): boolean {
    return this.#get(name) === true;
  }

  message(name: string): OptionValue | undefined {
    const field = this.#field(name);
    const value = this.#get(name);
    if (!field || !isReflectMessage(value) || !this.#message.isSet(field)) return undefined;
    return new OptionValue(value, this.#source, [...this.#path, field.number]);
  }

  messages(name: string): OptionValue[] {
    const field = this.#field(name);
    const list = this.#get(name);
    if (!field || !isReflectList(list)) return [];
    return [...list]
      .filter((item) => isReflectMessage(item))
      .map((item, index) => new OptionValue(item, this.#source, [...this.#path, field.number, index]));
  }

  texts(name: string): string[] {
    const list = this.#get(name);
    return isReflectList(list) ? [...list].map(String) : [];
  }

  /** The entries of a map of strings, sorted by key. */
  entries(name: string): (readonly [key: string, value: string])[] {
    const map = this.#get(name);
    if (!isReflectMap(map)) return [];
    return [...map].map(([key, value]) => [String(key), String(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #field(name: string): DescField | undefined {
    return this.#message.fields.find((field) => field.name === name);
  }

  #get(name: string): unknown {
    const field = this.#field(name);
    return field && this.#message.get(field);
  }
}

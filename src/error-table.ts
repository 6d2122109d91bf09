import type { ErrorIdentity } from "./catalog.js";
import { classNameOf, defaultsOf } from "./defaults.js";
import type { Definition, EnumNames, FileDescriptors } from "./definition.js";
import type { DetailCodec } from "./detail/detail.js";
import { generatedCodec, type TsProtoMessage } from "./detail/ts-proto-codec.js";
import type { DecodeUnsafe } from "./detail/unsafe-integers.js";
import type { RichErrorOptions } from "./error/thrown-error.js";
import type { FieldRedaction } from "./redaction/field-redaction.js";
import type { RichError } from "./rich-error.js";
import type { ReaderClass } from "./wire/message-reader.js";

/**
 * The errors of an enum in generated code: one string with a JSON object on each line.
 *
 *     {"reason":"ORDER_NOT_FOUND","number":1,"code":5,"message":"no order {id}","detailType":"shop.v1.Order"}
 *
 * - A line is the error's {@link Definition} without its codec and without the fields that `impliedFields` derives.
 * - `detailType` names the message type if generated code reads the detail. A codec knows its own type.
 * - `enumTypes` names the enums of the fields in the message. The table has the names of their values.
 * - `errorLine` writes a line, and `ErrorEntry` reads it when its error is first used.
 *
 * Strings keep large catalogs fast: with object literals, 10,000 errors take twice as long to load.
 */
export class ErrorTable {
  readonly base: ErrorBase;
  readonly shared: SharedFields;
  readonly #text: string;
  #lines: readonly string[] | undefined;

  constructor(base: ErrorBase, shared: SharedFields, text: string) {
    this.base = base;
    this.shared = shared;
    this.#text = text;
    if (shared.redacted) shared.redaction?.add(shared.redacted);
  }

  /** The line of an error, counted from 0. */
  line(index: number): string {
    this.#lines ??= this.#text.split("\n");
    return this.#lines[index] ?? "";
  }
}

/** The part of an enum's base class that the classes of its errors need. */
export interface ErrorBase {
  new (definition: Definition, detail: unknown, options?: RichErrorOptions): RichError;
  /** The full name of the enum: `"shop.orders.v1.OrderError"`. */
  readonly enumName: string;
}

/** The values that all errors of an enum share. */
export interface SharedFields {
  readonly domain: string;
  /** The text before the reason in the names of the enum's values: `"ORDER_ERROR_"`. */
  readonly prefix: string;
  /** Whether the trailer carries the number. By default, it does not. */
  readonly numericCode?: boolean;
  /** The enums of the fields in messages, by their full names. */
  readonly enums?: Readonly<Record<string, EnumNames>>;
  /** The protos that declare the types of the details. */
  readonly descriptors?: FileDescriptors;
  /** The `BinaryReader` that ts-proto's code imports. */
  readonly reader?: ReaderClass;
  /** `decodeUnsafe`, which generated code passes if a detail has 64-bit integers, so that no other program contains it. */
  readonly unsafeIntegers?: DecodeUnsafe;
  /** Returns the codec for the schema of a detail. */
  readonly codecOf?: (schema: never) => DetailCodec<unknown>;
  /** The redacted fields of messages, as `readTypes` describes them. */
  readonly redacted?: readonly string[];
  /** `FieldRedaction`, which generated code passes, so that no other program contains it. */
  readonly redaction?: Pick<typeof FieldRedaction, "add">;
}

/** A parsed line. */
type ErrorLine = Omit<Partial<Definition>, "enumNames"> &
  Pick<Definition, "reason" | "number" | "code" | "message"> &
  LineTypes;

/** The types that an error uses. */
interface LineTypes {
  /** The type of the detail. */
  readonly detailType?: string;
  /** The enums of the fields in the message, by the text in their braces. */
  readonly enumTypes?: Readonly<Record<string, string>>;
}

/** Writes the line of an error. */
export function errorLine(
  definition: Omit<Definition, "detail" | "descriptors" | "enumNames">,
  shared: SharedFields,
  types: LineTypes = {},
): string {
  const { reason, number, code, message, ...others } = definition;
  const implied: Readonly<Record<string, unknown>> = impliedFields(definition.enumName, shared, definition);
  const own = Object.entries(others).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(implied[key]));
  return JSON.stringify({ reason, number, code, message, ...types, ...Object.fromEntries(own) });
}

/** The fields of a definition that follow from its enum, reason and code. A line holds them only if they differ. */
function impliedFields(
  enumName: string,
  { domain, prefix, numericCode }: SharedFields,
  { reason, code }: Pick<Definition, "reason" | "code">,
): Omit<Definition, "number" | "reason" | "code" | "message"> {
  return {
    enumName,
    name: prefix + reason,
    domain,
    ...(numericCode && { numericCode }),
    ...defaultsOf(reason, code),
  };
}

/** One error of a table. */
export class ErrorEntry implements ErrorIdentity {
  readonly #table: ErrorTable;
  readonly #index: number;
  readonly #serializer: DetailSerializer<unknown> | undefined;
  #line: ErrorLine | undefined;
  #definition: Definition | undefined;

  /**
   * @param index the line of the error, counted from 0
   * @param serializer reads and writes the detail; `undefined` if the error carries no detail
   */
  constructor(table: ErrorTable, index: number, serializer: DetailSerializer<unknown> | undefined) {
    this.#table = table;
    this.#index = index;
    this.#serializer = serializer;
  }

  get domain(): string {
    return this.#table.shared.domain;
  }

  get reason(): string {
    return this.#read().reason;
  }

  get number(): number {
    return this.#read().number;
  }

  get detailType(): string | undefined {
    return this.#read().detailType ?? (this.#serializer as DetailCodec<unknown> | undefined)?.typeName;
  }

  get className(): string {
    return this.#read().className ?? classNameOf(this.reason);
  }

  get definition(): Definition {
    this.#definition ??= this.#define();
    return this.#definition;
  }

  #read(): ErrorLine {
    this.#line ??= JSON.parse(this.#table.line(this.#index)) as ErrorLine;
    return this.#line;
  }

  #define(): Definition {
    const { base, shared } = this.#table;
    const { detailType, enumTypes, ...own } = this.#read();
    return {
      ...impliedFields(base.enumName, shared, own),
      ...(this.#serializer && { detail: codecOf(this.#serializer, detailType, shared) }),
      ...(detailType !== undefined && shared.descriptors && { descriptors: shared.descriptors }),
      ...(enumTypes && { enumNames: enumNamesOf(enumTypes, shared.enums) }),
      ...own,
    };
  }
}

function enumNamesOf(
  enumTypes: Readonly<Record<string, string>>,
  enums: Readonly<Record<string, EnumNames>> = {},
): Readonly<Record<string, EnumNames>> {
  return Object.fromEntries(Object.entries(enumTypes).map(([text, typeName]) => [text, enums[typeName] ?? {}]));
}

/** Reads and writes a detail: a codec, the code that ts-proto generates for a message, or a schema. @inline */
export type DetailSerializer<T> = DetailCodec<T> | TsProtoMessage<T> | DetailSchema;

/** The schema that protobuf-es generates for a message, as far as a table needs it. */
export interface DetailSchema {
  readonly kind: "message";
  readonly typeName: string;
}

function codecOf(
  serializer: DetailSerializer<unknown>,
  detailType: string | undefined,
  { reader, unsafeIntegers, codecOf }: SharedFields,
): DetailCodec<unknown> {
  if (codecOf && !("encode" in serializer)) return codecOf(serializer as never);
  return detailType === undefined
    ? (serializer as DetailCodec<unknown>)
    : generatedCodec(detailType, serializer as TsProtoMessage<unknown>, reader, unsafeIntegers);
}

import type { ErrorClass, ErrorIdentity } from "./catalog.js";
import { classNameOf, defaultsOf } from "./defaults.js";
import type { Definition, FileDescriptors } from "./definition.js";
import type { DetailCodec } from "./detail/detail.js";
import { type TsProtoMessage, tsProtoCodec } from "./detail/ts-proto-codec.js";
import type { RichErrorOptions } from "./error/thrown-content.js";
import type { RichError } from "./rich-error.js";
import type { ReaderClass } from "./wire/ts-proto-reader.js";

/** The class of one declared error, by the type of its instances. */
export interface ErrorClassOf<E extends RichError> extends ErrorClass {
  new (...args: ErrorArguments<E["detail"]>): E;
  readonly prototype: E;
  /** What the proto says of the error. */
  readonly definition: Definition<E["detail"], NonNullable<E["reason"]>>;
  [Symbol.hasInstance](value: unknown): value is E;
}

/** What the class of an error is constructed with: the detail, if the error carries one, and options. */
type ErrorArguments<Detail> = [Detail] extends [undefined]
  ? [options?: RichErrorOptions]
  : [detail: Detail, options?: RichErrorOptions];

/**
 * Makes the class of a declared error.
 *
 * @param index which error of the table it is, counted from 0
 * @param source what reads and writes the detail; none if the error carries no detail
 */
export function defineError<E extends RichError>(
  table: ErrorTable,
  index: number,
  source?: DetailSource<E["detail"]>,
): ErrorClassOf<E> {
  const entry = new ErrorEntry(table, index, source as DetailSource<unknown> | undefined);

  // A static field, or a member with a computed name, would double the time that a class takes to be made.
  class DeclaredError extends table.base {
    static override get name(): string {
      return entry.className;
    }

    static get definition(): Definition {
      return entry.definition;
    }

    static get identity(): ErrorIdentity {
      return entry;
    }

    /** Takes options in the place of the detail if the error carries none. */
    constructor(detail: unknown, options?: RichErrorOptions) {
      super(
        entry.definition,
        source && detail,
        source ? options : (options ?? (detail as RichErrorOptions | undefined)),
      );
    }
  }
  // The class is what the types of generated code say of it.
  return DeclaredError as unknown as ErrorClassOf<E>;
}

/** What reads and writes the detail of an error: a codec, or what ts-proto generates for a message. */
type DetailSource<T> = DetailCodec<T> | TsProtoMessage<T>;

/** One error of a table, read as far as it is asked for. */
export class ErrorEntry implements ErrorIdentity {
  readonly #table: ErrorTable;
  readonly #index: number;
  readonly #source: DetailSource<unknown> | undefined;
  #head: Head | undefined;
  #definition: Definition | undefined;

  /**
   * @param index which line of the table it is
   * @param source what reads and writes the detail; none if the error carries no detail
   */
  constructor(table: ErrorTable, index: number, source: DetailSource<unknown> | undefined) {
    this.#table = table;
    this.#index = index;
    this.#source = source;
  }

  get domain(): string {
    return this.#table.ofEnum.domain;
  }

  get reason(): string {
    return this.#read().reason;
  }

  get number(): number {
    return this.#read().number;
  }

  get detailType(): string | undefined {
    return this.#read().messageType ?? (this.#source as DetailCodec<unknown> | undefined)?.typeName;
  }

  get className(): string {
    return classNameOf(this.reason);
  }

  get definition(): Definition {
    this.#definition ??= this.#define();
    return this.#definition;
  }

  #read(): Head {
    this.#head ??= readHead(this.#table.line(this.#index));
    return this.#head;
  }

  #define(): Definition {
    const { base, ofEnum } = this.#table;
    const { domain, prefix, numericCode, descriptors, reader } = ofEnum;
    const { reason, number, messageType, facts: json } = this.#read();
    const facts = JSON.parse(json) as Facts;
    return {
      enumName: base.enumName,
      name: prefix + reason,
      number,
      reason,
      domain,
      ...defaultsOf(reason, facts.code),
      ...(this.#source && { detail: codecOf(this.#source, messageType, reader) }),
      ...(messageType !== undefined && descriptors && { descriptors }),
      ...(numericCode && { numericCode }),
      ...facts,
    };
  }
}

interface Head {
  readonly reason: string;
  readonly number: number;
  /** The type of the message that ts-proto's code reads. */
  readonly messageType: string | undefined;
  /** All else, as JSON. */
  readonly facts: string;
}

/** What the JSON says at least. */
type Facts = Pick<Definition, "code" | "message"> & Partial<Definition>;

function readHead(line: string): Head {
  const equals = line.indexOf(" = ");
  const afterNumber = line.indexOf(" ", equals + 3);
  const beforeFacts = line.indexOf(" {", afterNumber);
  return {
    reason: line.slice(0, equals),
    number: Number(line.slice(equals + 3, afterNumber)),
    messageType: beforeFacts === afterNumber ? undefined : line.slice(afterNumber + 1, beforeFacts),
    facts: line.slice(beforeFacts),
  };
}

function codecOf(
  source: DetailSource<unknown>,
  messageType: string | undefined,
  reader: ReaderClass | undefined,
): DetailCodec<unknown> {
  return messageType === undefined
    ? (source as DetailCodec<unknown>)
    : tsProtoCodec(messageType, source as TsProtoMessage<unknown>, reader);
}

/** The base class of an enum's errors, as far as their own classes need it. */
interface ErrorBase {
  new (definition: Definition, detail: unknown, options?: RichErrorOptions): RichError;
  /** The full name of the enum: `"shop.orders.v1.OrderError"`. */
  readonly enumName: string;
}

/** What all errors of an enum have in common. */
export interface ErrorEnum {
  readonly domain: string;
  /** What stands before the reason in the names of the enum's values: `"ORDER_ERROR_"`. */
  readonly prefix: string;
  /** The numbers are put on the wire. By default, they are not. */
  readonly numericCode?: boolean;
  /** The protos that the details' types stand in. */
  readonly descriptors?: FileDescriptors;
  /** What ts-proto's code reads the details with: `BinaryReader`, as this code imports it. */
  readonly reader?: ReaderClass;
}

/**
 * The errors of an enum as generated code has them: one text, of which a line
 * is read when its error is asked for. A module of ten thousand errors would
 * take long to load if each of them were an object, or even a text of its own.
 *
 * In a line stand the reason and the number, the type of the detail if it is
 * ts-proto's code that reads it, and as JSON all that does not follow from these:
 *
 *     ORDER_NOT_FOUND = 1 shop.orders.v1.OrderNotFoundErrorDetails {"code":5,"message":"no order {orderId}"}
 */
export class ErrorTable {
  readonly base: ErrorBase;
  readonly ofEnum: ErrorEnum;
  readonly #text: string;
  #lines: readonly string[] | undefined;

  constructor(base: ErrorBase, ofEnum: ErrorEnum, text: string) {
    this.base = base;
    this.ofEnum = ofEnum;
    this.#text = text;
  }

  /** The line of an error, counted from 0. */
  line(index: number): string {
    this.#lines ??= this.#text.split("\n");
    return this.#lines[index] ?? "";
  }
}

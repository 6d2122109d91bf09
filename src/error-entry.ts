import type { ErrorIdentity } from "./catalog.js";
import type { Definition } from "./definition.js";
import type { DetailCodec } from "./detail/detail.js";
import { type TsProtoMessage, tsProtoCodec } from "./detail/ts-proto-codec.js";
import { defaultsOf } from "./error-defaults.js";
import type { ErrorTable } from "./error-table.js";
import { classNameOf } from "./reason.js";
import type { ReaderClass } from "./wire/ts-proto-reader.js";

/** What reads and writes the detail of an error: a codec, or what ts-proto generates for a message. */
export type DetailSource<T> = DetailCodec<T> | TsProtoMessage<T>;

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

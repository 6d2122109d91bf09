import type { Definition } from "./definition.js";
import type { RichErrorOptions } from "./error/thrown-content.js";
import type { FileDescriptors } from "./file-descriptors.js";
import type { RichError } from "./rich-error.js";
import type { ReaderClass } from "./wire/ts-proto-reader.js";

/** The base class of an enum's errors, as far as their own classes need it. */
export interface ErrorBase {
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

import type { ErrorClass, ErrorIdentity } from "./catalog.js";
import type { Definition } from "./definition.js";
import type { RichErrorOptions } from "./error/thrown-content.js";
import { type DetailSource, ErrorEntry } from "./error-entry.js";
import type { ErrorTable } from "./error-table.js";
import type { RichError } from "./rich-error.js";

/** The class of one declared error, by the type of its instances. */
export interface ErrorClassOf<E extends RichError> extends ErrorClass {
  new (...args: ErrorArguments<E["detail"]>): E;
  readonly prototype: E;
  /** What the proto says of the error. */
  readonly definition: Definition<E["detail"], NonNullable<E["reason"]>>;
  [Symbol.hasInstance](value: unknown): value is E;
}

/** What the class of an error is constructed with: the detail, if the error carries one, and options. */
export type ErrorArguments<Detail> = [Detail] extends [undefined]
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

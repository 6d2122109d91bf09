import type { ErrorClass, ErrorIdentity } from "./catalog.js";
import type { Definition } from "./definition.js";
import type { RichErrorOptions } from "./error/thrown-error.js";
import { type DetailSerializer, ErrorEntry, type ErrorTable } from "./error-table.js";
import type { RichError } from "./rich-error.js";

/**
 * The class of one declared error, by the type of its instances.
 *
 * @typeParam Given the type that the constructor takes as the detail. By default, the type of the detail
 */
export interface ErrorClassOf<E extends RichError, Given = E["detail"]> extends ErrorClass {
  new (...args: ErrorArguments<Given>): E;
  readonly prototype: E;
  /** The error as its proto declares it. */
  readonly definition: Definition<E["detail"], NonNullable<E["reason"]>>;
  [Symbol.hasInstance](value: unknown): value is E;
}

/** The arguments of an error's constructor: the detail, if the error carries one, and options. @inline */
type ErrorArguments<Detail> = [Detail] extends [undefined]
  ? [options?: RichErrorOptions]
  : [detail: Detail, options?: RichErrorOptions];

/**
 * Makes the class of a declared error.
 *
 * @typeParam _Check the type `true`, or else a text about ts-proto's code for the detail: see `MessageCheck`
 * @param index the line of the error in the table, counted from 0
 * @param serializer reads and writes the detail; left out if the error carries no detail
 */
export function defineError<E extends RichError, _Check extends true = true, Given = E["detail"]>(
  table: ErrorTable,
  index: number,
  serializer?: DetailSerializer<E["detail"]>,
): ErrorClassOf<E, Given> {
  const entry = new ErrorEntry(table, index, serializer as DetailSerializer<unknown> | undefined);

  // Getters, because a static field or a computed name would double the time it takes to make a class.
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

    /** Takes the options first if the error carries no detail. */
    constructor(detail: unknown, options?: RichErrorOptions) {
      super(
        entry.definition,
        serializer && detail,
        serializer ? options : (options ?? (detail as RichErrorOptions | undefined)),
      );
    }
  }
  // Generated code declares the type of the class.
  return DeclaredError as unknown as ErrorClassOf<E, Given>;
}

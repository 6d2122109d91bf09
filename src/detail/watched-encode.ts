import { attempt, isObject } from "../platform/values.js";
import type { DetailCheck, FieldProblems } from "./detail-check.js";
import { EncodeWatch } from "./encode-watch.js";
import { isKnown, ReadFields } from "./read-fields.js";

/**
 * Checks messages for generated code that does not describe its fields, by watching which properties the code reads.
 *
 * - A property that the code does not read is no field.
 * - If the code throws, the property that it read last has a wrong value. Another value takes its place, and the code
 *   runs again.
 * - A property that is `undefined` or `null` counts as missing, and stands for the default.
 *
 * Code that was watched is not watched again for messages with the same properties.
 */
export class WatchedEncode implements DetailCheck {
  readonly #encode: (message: never) => Uint8Array;
  readonly #empty: () => unknown;
  #fields: ReadFields | undefined;

  /** @param empty returns an empty message */
  constructor(encode: (message: never) => Uint8Array, empty: () => unknown) {
    this.#encode = encode;
    this.#empty = empty;
  }

  passes(message: unknown): boolean {
    return isObject(message) && isKnown(message, this.#known());
  }

  encode(message: unknown, problems: FieldProblems): Uint8Array {
    if (!isObject(message)) problems.wrong("", message, "not an object");
    const watch = new EncodeWatch(isObject(message) ? message : {}, this.#known());
    for (let run = 0; ; run++) {
      try {
        const bytes = this.#encode(watch.message() as never);
        if (watch.continues()) continue;
        watch.report(problems);
        return bytes;
      } catch (error) {
        if (run >= MOST_RUNS || error instanceof ForeignCodeError || !watch.replaceLast(error)) throw error;
      }
    }
  }

  /** The fields that are known so far. An empty message has all of its own, but no nested ones. */
  #known(): ReadFields {
    if (!this.#fields) {
      this.#fields = new ReadFields();
      const empty = attempt(this.#empty);
      if (isObject(empty)) {
        for (const [name, value] of Object.entries(empty)) this.#fields.add(empty, name).empty = value;
      }
    }
    return this.#fields;
  }
}

/** Ends the search for wrong values in a message that has too many. */
const MOST_RUNS = 200;

/** Thrown for generated code that needs the writer of another library. Its message may be right. */
export class ForeignCodeError extends TypeError {}

import type { Issue } from "../issue.js";
import { insteadOf } from "../platform/names.js";
import { describeValue } from "../platform/values.js";
import type { DetailCodec } from "./detail.js";

/**
 * Finds the values in a message that its fields cannot hold, which a protobuf library drops, converts or fails at.
 *
 * TypeScript finds them too. A program in JavaScript has only this check.
 */
export interface DetailCheck {
  /** Whether a message has no problem, except one that encoding it throws for. */
  passes(message: unknown): boolean;
  /**
   * Encodes the rest of a message that has problems.
   *
   * @param typeUrl the type URL of the issues
   * @throws whatever the codec throws if the rest cannot be encoded either
   */
  encode(message: unknown, typeUrl: string): EncodedRest;
}

/** The part of a message that could be encoded, and an issue for each value that could not be. */
export interface EncodedRest {
  readonly value: Uint8Array;
  readonly issues: readonly Issue[];
}

/** Thrown for generated code that needs the writer of another library. Its message may be right. */
export class ForeignCodeError extends TypeError {}

type Encode = DetailCodec<never>["encode"];

/** The checks belong to `encode`, and not to the codec, so that a copy of a codec with another `encode` has none. */
const checks = new WeakMap<Encode, DetailCheck>();

/** Returns the `encode` of a codec together with its check, if it has one. See {@link checkOf}. */
export function checking<T>(
  encode: DetailCodec<T>["encode"],
  check: DetailCheck | undefined,
): DetailCodec<T>["encode"] {
  if (check) checks.set(encode, check);
  return encode;
}

/** Returns the check that belongs to the `encode` of a codec, or `undefined` if it has none. */
export function checkOf<T>(encode: DetailCodec<T>["encode"]): DetailCheck | undefined {
  return checks.get(encode);
}

/** The most problems of one message that are described. A server may build a detail from a list of any length. */
const MOST_DESCRIBED = 20;

/** Collects the problems of one message as issues. */
export class FieldProblems {
  readonly #typeName: string;
  readonly #typeUrl: string;
  readonly #hidesValues: boolean;
  readonly #described: Issue[] = [];
  #others = 0;

  /**
   * @param typeUrl the type URL of the issues
   * @param hidesValues whether values are not shown
   */
  constructor(typeName: string, typeUrl: string, hidesValues: boolean) {
    this.#typeName = typeName;
    this.#typeUrl = typeUrl;
    this.#hidesValues = hidesValues;
  }

  get isEmpty(): boolean {
    return this.#described.length === 0;
  }

  /** An issue for each of the first problems, and one for all others. */
  get issues(): readonly Issue[] {
    if (this.#others === 0) return this.#described;
    return [...this.#described, this.#issue("invalid-value", `${this.#others} more values have problems`)];
  }

  /**
   * Adds a property that no field has.
   *
   * @param names the properties of all fields
   */
  unknown(parent: string, property: string, value: unknown, names: readonly string[]): void {
    const path = pathOf(parent, property);
    const instead = names.length === 0 ? "the type has no fields" : insteadOf(property, names);
    this.#add("unknown-field", path, "an unknown field", () => {
      return `${fieldText(path)} is unknown; its value ${describeValue(value)} is left out; ${instead}`;
    });
  }

  /**
   * Adds a value that its field cannot hold.
   *
   * @param path the path of the field: `"items[2].count"`. `""` stands for the message itself
   * @param rule what is wrong with the value: `"not a string"`
   * @param outcome what becomes of it: a value that is sent instead, or that it is left out, with advice
   */
  wrong(path: string, value: unknown, rule: string, { sent, advice }: Outcome = {}): void {
    this.#add("invalid-value", path, `a value that is ${rule}`, () => {
      const becomes = sent !== undefined ? `${describeValue(sent)} is sent` : path === "" ? EMPTY_SENT : LEFT_OUT;
      const text = `${fieldText(path)} is ${describeValue(value)}, ${rule}; ${becomes}`;
      return advice === undefined ? text : `${text}; ${advice}`;
    });
  }

  /** @param what the problem without its value, for a type with redacted fields. Only the first field of a path is safe */
  #add(kind: Issue["kind"], path: string, what: string, problem: () => string): void {
    if (this.#described.length >= MOST_DESCRIBED) {
      this.#others++;
      return;
    }
    const hidden = () => `${fieldText(path.split(/[.[]/, 1)[0] ?? "")} has ${what}; ${HIDDEN}`;
    this.#described.push(this.#issue(kind, this.#hidesValues ? hidden() : problem()));
  }

  #issue(kind: Issue["kind"], problem: string): Issue {
    return { kind, message: `${this.#typeName}: ${problem}`, typeUrl: this.#typeUrl };
  }
}

/** What becomes of a value that its field cannot hold. */
interface Outcome {
  /** The value that is sent instead. By default, none is. */
  readonly sent?: unknown;
  /** What to write instead. */
  readonly advice?: string;
}

const LEFT_OUT = "it is left out";
const EMPTY_SENT = "an empty detail is sent";

const HIDDEN = "it is not shown, because the type has redacted fields";

function fieldText(path: string): string {
  return path === ""
    ? "the detail"
    : `the field ${path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path}`;
}

/** In characters. The keys of a map may be of any length. */
const LONGEST_PATH = 200;

/** Returns the path of a property: `"items.count"`. */
export function pathOf(parent: string, property: string): string {
  return parent === "" ? property : `${parent}.${property}`;
}

/** Returns the path of an item of a list or an entry of a map: `items[2]`, `labels["a"]`. */
export function entryPathOf(parent: string, key: number | string): string {
  return `${parent}[${JSON.stringify(key)}]`;
}

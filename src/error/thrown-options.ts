import type { Metadata } from "@grpc/grpc-js";
import { type ErrorDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { type DetailPacker, type PackableDetails, packInto } from "../detail/packer.js";
import { hidesValues, REDACTED } from "../detail/process-redaction.js";
import type { HelpLink } from "../detail/standard-details.js";
import type { Issue } from "../issue.js";
import { attempt, describeValue, isObject, textOf } from "../platform/values.js";
import { isMetadata } from "../status/metadata.js";

/** The options of an error as the caller passed them. A program without types may pass anything. */
type GivenOptions = Readonly<Partial<Record<OptionName, unknown>>>;

type OptionName =
  | "message"
  | "cause"
  | "metadata"
  | "info"
  | "retryDelay"
  | "help"
  | "errorDetails"
  | "reason"
  | "domain";

/**
 * Reads the values that a thrown error is constructed with. They may be of any type in a program without types.
 *
 * A value that cannot be sent is left out and becomes an issue, because the rest of the error must be sent. Never throws.
 */
export class ThrownValues {
  /** The options as the caller passed them. */
  readonly given: GivenOptions;
  readonly #issues: Issue[];

  /** @param issues receives an issue for each value that cannot be sent */
  constructor(options: unknown, issues: Issue[]) {
    this.#issues = issues;
    const isGiven = isObject(options);
    this.given = isGiven ? options : {};
    if (!isGiven) this.#refuse('the argument "options"', options, "an object");
  }

  /** Adds an issue for a value that is not sent. */
  leaveOut(message: string): void {
    this.#issues.push({ kind: "invalid-value", message: `${message}; it is left out` });
  }

  /** Returns an option as it is. */
  get(name: OptionName): unknown {
    try {
      return this.given[name];
    } catch {
      return void this.leaveOut(`the option "${name}" throws when it is read`);
    }
  }

  /** The options for `Error`. A cause may be any value, even `undefined`. */
  get caused(): { readonly cause: unknown } | undefined {
    return attempt(() => "cause" in this.given) ? { cause: this.get("cause") } : undefined;
  }

  /** Returns a string as well-formed text, and the text of another scalar. */
  text(name: string, value: unknown, describe = describeValue): string | undefined {
    if (value === undefined) return undefined;
    const text = textOf(value);
    if (text === undefined) return this.#refuse(name, value, "a string", describe);
    const wellFormed = text.toWellFormed();
    if (typeof value !== "string") {
      this.#replace(`${name} is ${describe(value)}, not a string; its text is sent`);
    } else if (wellFormed !== text) {
      this.#replace(`${name} has lone surrogates, which UTF-8 cannot encode; U+FFFD replaces each of them`);
    }
    return wellFormed;
  }

  get message(): string | undefined {
    return this.text("the message", this.get("message"));
  }

  get metadata(): Metadata | undefined {
    const value = this.get("metadata");
    if (value === undefined || isMetadata(value)) return value;
    return this.#refuse('the option "metadata"', value, "a Metadata of grpc-js");
  }

  /** The option `info`, without the entries that have no text. */
  get info(): Record<string, string> | undefined {
    const value = this.get("info");
    if (value === undefined) return undefined;
    const keys = attempt(() => keysOf(value));
    const describe = hidesValues(ErrorInfo.typeName) ? () => REDACTED : describeValue;
    if (!keys) return this.#refuse('the option "info"', value, "an object of strings", describe);
    const info: Record<string, string> = Object.create(null);
    for (const key of keys) {
      const name = `info[${describeValue(key)}]`;
      try {
        const fact: unknown = Reflect.get(value as object, key);
        const text = this.text(name, fact, describe);
        if (text !== undefined) info[key.toWellFormed()] = text;
        else if (fact === undefined) this.#refuse(name, fact, "a string");
      } catch {
        this.leaveOut(`${name} throws when it is read`);
      }
    }
    return info;
  }

  /** The option `retryDelay`, or the nearest valid delay. */
  get retryDelay(): number | undefined {
    const value = this.get("retryDelay");
    if (value === undefined) return undefined;
    const given = `the option "retryDelay" is ${describeValue(value)}, not a finite number of milliseconds of at least 0`;
    if (typeof value !== "number" || Number.isNaN(value)) return void this.leaveOut(given);
    if (value < 0 || value === Number.POSITIVE_INFINITY) this.#replace(`${given}; the nearest valid delay is sent`);
    return Math.max(value, 0);
  }

  /** The option `help`, without the entries that are not links. */
  get help(): HelpLink[] | undefined {
    const value = this.get("help");
    if (value === undefined) return undefined;
    const links: HelpLink[] = [];
    if (typeof value === "string") {
      this.#refuse('the option "help"', value, "a list of { description, url }");
      return links;
    }
    try {
      for (const link of value as Iterable<unknown>) {
        const read = attempt(() => linkOf(link));
        if (read) links.push(read);
        else this.#refuse('an entry of the option "help"', link, "{ description, url }");
      }
    } catch {
      this.#replace(`the option "help" is ${describeValue(value)}, which fails to iterate; the rest is left out`);
    }
    return links;
  }

  /** Adds an issue for a value of the wrong type, which is not sent. */
  #refuse(what: string, value: unknown, type: string, describe = describeValue): undefined {
    this.leaveOut(`${what} is ${describe(value)}, not ${type}`);
  }

  #replace(message: string): void {
    this.#issues.push({ kind: "invalid-value", message });
  }
}

/** Returns the keys of an object that is not iterable. */
function keysOf(value: unknown): readonly string[] | undefined {
  if (!isObject(value) || Symbol.iterator in value) return undefined;
  return Object.keys(value);
}

function linkOf(value: unknown): HelpLink | undefined {
  if (!isObject(value) || !("url" in value)) return undefined;
  const { url, description = "" } = value as { readonly url: unknown; readonly description?: unknown };
  return typeof url === "string" && typeof description === "string" ? { url, description } : undefined;
}

/**
 * The option `errorDetails`, which may be any value.
 *
 * The first ErrorInfo among the details identifies an error that has no reason of its own. Any other ErrorInfo is left
 * out and becomes an issue, because an error has one identity.
 */
export class GivenDetails {
  /** The ErrorInfo that identifies the error. */
  readonly info: ErrorInfo | undefined;
  readonly #given: unknown;
  readonly #list: List | undefined;
  readonly #infoDetail: unknown;

  /**
   * @param given the option, which is iterated at once if the error needs an ErrorInfo, or else when it is packed
   * @param hasReason whether the error has a reason of its own
   */
  constructor(given: unknown, hasReason: boolean) {
    this.#given = given;
    if (hasReason || given === undefined || isPackable(given)) return;
    this.#list = listOf(given);
    for (const detail of this.#list.details) {
      const info = isInfo(detail) ? attempt(() => ErrorInfo.decode(detail.value)) : undefined;
      if (!info) continue;
      this.info = info;
      this.#infoDetail = detail;
      return;
    }
  }

  /** Packs the details. A detail that cannot be packed becomes an issue. Never throws. */
  packInto(packer: DetailPacker): void {
    const given = this.#given;
    if (given === undefined) return;
    if (isPackable(given)) {
      given[packInto](packer);
      return;
    }
    const { details, failure } = this.#list ?? listOf(given);
    for (const detail of details) {
      if (this.info && detail === this.#infoDetail) continue;
      if (isInfo(detail)) packer.refuseInfo(detail);
      else packer.addDetail(detail);
    }
    if (failure) packer.leaveOut(failure.thrown);
  }
}

let none: GivenDetails | undefined;

/** Returns the option of an error that is constructed without further details. */
export function noDetails(): GivenDetails {
  none ??= new GivenDetails(undefined, true);
  return none;
}

interface List {
  readonly details: readonly unknown[];
  /** The value that the iteration threw, if it threw. */
  readonly failure?: { readonly thrown: unknown };
}

function listOf(given: unknown): List {
  const details: unknown[] = [];
  if (!isIterable(given)) {
    const text = `the option "errorDetails" is ${describeValue(given)}, not a list of details; pass StandardDetails or an array of packed details`;
    return { details, failure: { thrown: new TypeError(text) } };
  }
  try {
    for (const detail of given) details.push(detail);
    return { details };
  } catch (thrown) {
    return { details, failure: { thrown } };
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  if (!isObject(value)) return false;
  return attempt(() => typeof Reflect.get(value, Symbol.iterator) === "function") ?? false;
}

function isPackable(value: unknown): value is PackableDetails {
  return isObject(value) && (attempt(() => packInto in value) ?? false);
}

function isInfo(detail: unknown): detail is ErrorDetail {
  return attempt(() => typeNameOf((detail as ErrorDetail).typeUrl) === ErrorInfo.typeName) ?? false;
}

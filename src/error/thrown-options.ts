import type { Metadata } from "@grpc/grpc-js";
import { type ErrorDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { DetailPacker } from "../detail/packer.js";
import { StandardDetails } from "../detail/standard-details.js";
import type { HelpLink } from "../detail/standard-types.js";
import type { Issue } from "../issue.js";
import { attempt, describeValue, textOf } from "../platform/values.js";

/** The options that an error is made with, by their names, whatever they are. */
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
 * Reads the values that an error of this process is made with, and that may be
 * of any type in a program without types. A value that cannot be sent is left
 * out and becomes an issue, because the rest of the error must be sent. Never throws.
 */
export class ThrownValues {
  /** The options as they were given. */
  readonly given: GivenOptions;
  readonly #issues: Issue[];

  /**
   * @param issues where it is kept what cannot be sent
   */
  constructor(options: unknown, issues: Issue[]) {
    this.#issues = issues;
    const isGiven = typeof options === "object" && options !== null;
    this.given = isGiven ? options : {};
    if (!isGiven) this.leaveOut(`the options of the error are ${describeValue(options)}, which is not an object`);
  }

  leaveOut(message: string): void {
    this.#issues.push({ kind: "invalid-value", message: `${message}; it is left out` });
  }

  /** An option as it is. */
  get(name: OptionName): unknown {
    try {
      return this.given[name];
    } catch {
      return void this.leaveOut(`the option "${name}" cannot be read`);
    }
  }

  /** A cause may be anything, also nothing. */
  get caused(): { readonly cause: unknown } | undefined {
    return attempt(() => "cause" in this.given) ? { cause: this.get("cause") } : undefined;
  }

  /** Well-formed text; of another value that has a text, this. */
  text(name: string, value: unknown): string | undefined {
    if (value === undefined) return undefined;
    const text = textOf(value);
    if (text === undefined) return void this.leaveOut(`${name} is ${describeValue(value)}, which is not a string`);
    const wellFormed = text.toWellFormed();
    if (typeof value !== "string") {
      this.#replace(`${name} is ${describeValue(value)}, which is not a string; its text is sent`);
    } else if (wellFormed !== text) {
      this.#replace(`${name} has a lone surrogate, which cannot be sent; U+FFFD takes its place`);
    }
    return wellFormed;
  }

  get message(): string | undefined {
    return this.text("the message", this.get("message"));
  }

  get metadata(): Metadata | undefined {
    const value = this.get("metadata");
    if (value === undefined || isMetadata(value)) return value;
    return void this.leaveOut(`the option "metadata" is ${describeValue(value)}, which is not a Metadata of grpc-js`);
  }

  /** The facts that are text. */
  get info(): Record<string, string> | undefined {
    const value = this.get("info");
    if (value === undefined) return undefined;
    const keys = attempt(() => keysOf(value));
    if (!keys) {
      return void this.leaveOut(`the option "info" is ${describeValue(value)}, which is not an object of strings`);
    }
    const info: Record<string, string> = Object.create(null);
    for (const key of keys) {
      const name = `info[${describeValue(key)}]`;
      try {
        const fact: unknown = Reflect.get(value as object, key);
        const text = this.text(name, fact);
        if (text !== undefined) info[key.toWellFormed()] = text;
        else if (fact === undefined) this.leaveOut(`${name} is undefined, which is not a string`);
      } catch {
        this.leaveOut(`${name} cannot be read`);
      }
    }
    return info;
  }

  /** A number of milliseconds; of one that no wait can have, the nearest. */
  get retryDelay(): number | undefined {
    const value = this.get("retryDelay");
    if (value === undefined) return undefined;
    const given = `the option "retryDelay" is ${describeValue(value)}, which is not a finite number of milliseconds from 0 on`;
    if (typeof value !== "number" || Number.isNaN(value)) return void this.leaveOut(given);
    if (value < 0 || value === Number.POSITIVE_INFINITY) this.#replace(`${given}; the nearest is sent`);
    return Math.max(value, 0);
  }

  /** The links that have a URL. */
  get help(): HelpLink[] | undefined {
    const value = this.get("help");
    if (value === undefined) return undefined;
    const links: HelpLink[] = [];
    if (typeof value === "string") {
      this.leaveOut(`the option "help" is ${describeValue(value)}, which is not a list of links`);
      return links;
    }
    try {
      for (const link of value as Iterable<unknown>) {
        const read = attempt(() => linkOf(link));
        if (read) links.push(read);
        else this.leaveOut(`a link of the option "help" is ${describeValue(link)}, which has no description and URL`);
      }
    } catch {
      this.leaveOut(`the option "help" is ${describeValue(value)}, which cannot be read to its end`);
    }
    return links;
  }

  #replace(message: string): void {
    this.#issues.push({ kind: "invalid-value", message });
  }
}

/** Tells whether a value is metadata of grpc-js, by its methods: there may be several copies of grpc-js. Never throws. */
function isMetadata(value: unknown): value is Metadata {
  if (typeof value !== "object" || value === null) return false;
  return METHODS.every((name) => typeof attempt(() => Reflect.get(value, name)) === "function");
}

const METHODS = ["get", "set", "remove", "getMap", "clone"];

/** The keys of a record, which is no list of any kind. */
function keysOf(value: unknown): readonly string[] | undefined {
  if (typeof value !== "object" || value === null || Symbol.iterator in value) return undefined;
  return Object.keys(value);
}

function linkOf(value: unknown): HelpLink | undefined {
  if (typeof value !== "object" || value === null || !("url" in value)) return undefined;
  const { url, description = "" } = value as { readonly url: unknown; readonly description?: unknown };
  return typeof url === "string" && typeof description === "string" ? { url, description } : undefined;
}

/**
 * The option `errorDetails` of an error, whatever it is.
 *
 * An ErrorInfo among the details identifies an error that has no reason of its
 * own. Any other is left out and becomes an issue, because an error has one identity.
 */
export class GivenDetails {
  /** What the ErrorInfo says that identifies the error. */
  readonly info: ErrorInfo | undefined;
  readonly #given: unknown;
  readonly #list: List | undefined;
  readonly #adopted: unknown;

  /**
   * @param given looked through at once if the error has no reason of its own, else when it is packed
   */
  constructor(given: unknown, hasReason: boolean) {
    this.#given = given;
    if (hasReason || given === undefined || isStandard(given)) return;
    this.#list = listOf(given);
    for (const detail of this.#list.details) {
      const info = isInfo(detail) ? attempt(() => ErrorInfo.decode(detail.value)) : undefined;
      if (!info) continue;
      this.info = info;
      this.#adopted = detail;
      return;
    }
  }

  /** Never throws: what cannot be packed becomes an issue. */
  packInto(packer: DetailPacker): void {
    const given = this.#given;
    if (given === undefined) return;
    if (isStandard(given)) {
      given.packInto(packer);
      return;
    }
    const { details, failure } = this.#list ?? listOf(given);
    for (const detail of details) {
      if (this.info && detail === this.#adopted) continue;
      if (isInfo(detail)) packer.refuseInfo(detail);
      else packer.addDetail(detail);
    }
    if (failure) packer.leaveOut(failure.thrown);
  }
}

/** An error that is made without details besides its own. */
export const NO_DETAILS = new GivenDetails(undefined, true);

interface List {
  readonly details: readonly unknown[];
  /** What ended the list before its end. */
  readonly failure?: { readonly thrown: unknown };
}

function listOf(given: unknown): List {
  const details: unknown[] = [];
  if (!isIterable(given)) {
    const text = `the option "errorDetails" is ${describeValue(given)}, which is not a list of details`;
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
  if (typeof value !== "object" || value === null) return false;
  return attempt(() => typeof Reflect.get(value, Symbol.iterator) === "function") ?? false;
}

function isStandard(value: unknown): value is StandardDetails {
  return attempt(() => value instanceof StandardDetails) ?? false;
}

function isInfo(detail: unknown): detail is ErrorDetail {
  return attempt(() => typeNameOf((detail as ErrorDetail).typeUrl) === ErrorInfo.typeName) ?? false;
}

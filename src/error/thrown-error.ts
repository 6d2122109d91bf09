import type { Metadata } from "@grpc/grpc-js";
import { Code, isCode } from "../code.js";
import { type Definition, isDefinition } from "../definition.js";
import { createdBy, type ErrorDetail } from "../detail/detail.js";
import { durationFromMs } from "../detail/duration.js";
import { ErrorInfo } from "../detail/error-info.js";
import { DetailPacker } from "../detail/packer.js";
import { DetailReader } from "../detail/reader.js";
import { Help, type HelpLink, RetryInfo } from "../detail/standard-details.js";
import { type ErrorContent, isContent } from "../error-content.js";
import type { Issue } from "../issue.js";
import { type OptionNames, unknownOptions } from "../platform/options.js";
import { attempt, describeValue, isObject } from "../platform/values.js";
import { plainInfoOf } from "../status/identify.js";
import { decodeDetails } from "../status/trailer.js";
import { areDetailsStrict, invalidDetails, nameOf, warnOfDetail } from "./invalid-details.js";
import { renderMessage } from "./message.js";
import { GivenDetails, noDetails, ThrownValues } from "./thrown-options.js";

/**
 * Options for a new error.
 *
 * A value that cannot be sent does not prevent the error: it is left out and becomes an entry of `error.issues`.
 */
export interface RichErrorOptions {
  /** The message for humans. By default, it is rendered from the template in the error's declaration. */
  readonly message?: string;
  /** The value that caused the error, as in `new Error(message, { cause })`. It is never sent. */
  readonly cause?: unknown;
  /** Trailers to send with the error. */
  readonly metadata?: Metadata;
  /** Facts about this occurrence for programs. They are added to `ErrorInfo.metadata`. */
  readonly info?: Readonly<Record<string, string>>;
  /** The minimum time that the client should wait before a retry, in milliseconds. By default, the declared delay. */
  readonly retryDelay?: number;
  /** Links to documentation. */
  readonly help?: readonly HelpLink[];
  /**
   * Further details: a `StandardDetails`, or packed messages of any type.
   *
   * An error has at most one detail of each type. The error's own details win, then the first of each type in this
   * list. An ErrorInfo in this list identifies an error that has no `reason`. With a reason, it is left out.
   */
  readonly errorDetails?: Iterable<ErrorDetail>;
}

/** Options for a new error that no proto declares. */
export interface UndeclaredErrorOptions extends Omit<RichErrorOptions, "message"> {
  /** The reason of the error, in `UPPER_SNAKE_CASE`. Without it, only an ErrorInfo in `errorDetails` identifies the error. */
  readonly reason?: string;
  /** The service, or the part of a service, that defines the reason: `"shop.example"`. */
  readonly domain?: string;
}

/** The options of an error that is constructed without options. */
const NO_OPTIONS: RichErrorOptions = {};

const FOR_ALL: Omit<OptionNames<RichErrorOptions>, "message"> = {
  cause: true,
  metadata: true,
  info: true,
  retryDelay: true,
  help: true,
  errorDetails: true,
};
const OPTIONS: OptionNames<RichErrorOptions> = { message: true, ...FOR_ALL };
const UNDECLARED_OPTIONS: OptionNames<UndeclaredErrorOptions> = { reason: true, domain: true, ...FOR_ALL };

/**
 * The content of a thrown error, which was made in this process. Its details are packed on first use.
 *
 * It can always be sent: a value that cannot is left out and becomes an issue. Never throws.
 */
export class ThrownContent implements ErrorContent {
  readonly received = false;
  readonly code: Code;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly definition: Definition | undefined;
  readonly metadata: Metadata | undefined;
  readonly #givenDetail: unknown;
  readonly #values: ThrownValues;
  readonly #issues: Issue[];
  readonly #given: GivenDetails;
  /** The part of the issues that is about details. */
  #detailIssues: readonly Issue[] | undefined;
  #detail: { readonly created: unknown } | undefined;
  #info: ErrorInfo | undefined;
  #packed: Uint8Array | undefined;
  #details: readonly ErrorDetail[] | undefined;
  #reader: DetailReader | undefined;

  private constructor(
    code: Code,
    message: string,
    { reason, domain }: Pick<ErrorInfo, "reason" | "domain">,
    values: ThrownValues,
    issues: Issue[],
    given: GivenDetails,
    declared: { readonly definition?: Definition; readonly detail?: unknown } = {},
  ) {
    this.code = code;
    this.message = message;
    this.reason = reason || undefined;
    this.domain = domain || undefined;
    this.definition = declared.definition;
    this.#givenDetail = declared.detail;
    this.metadata = values.metadata;
    this.#values = values;
    this.#issues = issues;
    this.#given = given;
  }

  /** Creates the content of an error that a proto declares. */
  static declared(definition: Definition, detail: unknown, options: RichErrorOptions): ThrownContent {
    const issues: Issue[] = [];
    const values = new ThrownValues(options, issues);
    const message = values.message ?? renderMessage(definition.message, detail, definition).toWellFormed();
    const given = options === NO_OPTIONS ? noDetails() : new GivenDetails(values.get("errorDetails"), true);
    return new ThrownContent(definition.code, message, definition, values, issues, given, { definition, detail });
  }

  /** Creates the content of any other error. */
  static undeclared(code: unknown, message: unknown, options: UndeclaredErrorOptions): ThrownContent {
    const issues: Issue[] = [];
    const values = new ThrownValues(options, issues);
    if (!isCode(code)) {
      const found = `the code is ${describeValue(code)}, not a whole number from 1 to 16; UNKNOWN is sent`;
      issues.push({ kind: "invalid-code", message: `${found}; write a value of Code, such as Code.NOT_FOUND` });
    }
    const text = values.text("the message", message) ?? "";
    const reason = values.text("the reason", values.get("reason"));
    const domain = values.text("the domain", values.get("domain"));
    const given = new GivenDetails(values.get("errorDetails"), Boolean(reason));
    const identity = given.info ?? { reason: reason ?? "", domain: domain ?? "" };
    if (domain && domain !== identity.domain) {
      values.leaveOut(`the domain ${describeValue(domain)} differs from that of the ErrorInfo in "errorDetails"`);
    }
    return new ThrownContent(isCode(code) ? code : Code.UNKNOWN, text, identity, values, issues, given);
  }

  /** A message of the library that the error is declared with, also if a plain object was given. */
  get detail(): unknown {
    const codec = this.definition?.detail;
    const given = this.#givenDetail;
    if (!codec) return given;
    this.#detail ??= attempt(() => ({ created: createdBy(codec, given) })) ?? { created: given };
    return this.#detail.created;
  }

  get caused(): { readonly cause: unknown } | undefined {
    return this.#values.caused;
  }

  /** Follows from the end of a call, which a thrown error has not seen. */
  get originFacts(): undefined {
    return undefined;
  }

  get jsonDetails(): readonly [] {
    return [];
  }

  get info(): ErrorInfo | undefined {
    void this.packedDetails;
    return this.#info;
  }

  get errorDetails(): readonly ErrorDetail[] {
    this.#details ??= decodeDetails(this.packedDetails);
    return this.#details;
  }

  /** ErrorInfo first, then the further details, the error's own detail last. One of each type. */
  get packedDetails(): Uint8Array {
    this.#packed ??= this.#pack();
    return this.#packed;
  }

  get reader(): DetailReader {
    this.#reader ??= new DetailReader(this, this.#issues);
    return this.#reader;
  }

  get issues(): readonly Issue[] {
    void this.packedDetails;
    const names = this.definition ? OPTIONS : UNDECLARED_OPTIONS;
    return [...this.#issues, ...unknownOptions(this.#values.given, names)];
  }

  #pack(): Uint8Array {
    const { definition } = this;
    const issues: Issue[] = [];
    const packer = new DetailPacker(issues);
    const own = definition?.detail;
    packer.keep(ErrorInfo.typeName);
    packer.keep(own?.typeName);
    this.#packInfo(packer);
    this.#packExtras(packer);
    if (own) packer.addOwn(own, this.#givenDetail);
    if (issues.length > 0) {
      this.#issues.push(...issues);
      this.#detailIssues = issues;
      warnOfDetail(nameOf(this), issues);
    }
    return packer.finish();
  }

  /**
   * Packs the details at once.
   *
   * @throws TypeError if a detail has problems, which names all of them
   */
  checkDetails(): void {
    void this.packedDetails;
    if (this.#detailIssues) throw new TypeError(invalidDetails(nameOf(this), this.#detailIssues));
  }

  #packInfo(packer: DetailPacker): void {
    const { definition } = this;
    const facts = this.#values.info;
    if (definition && !facts) {
      const { info, packed } = plainInfoOf(definition);
      this.#info = info;
      packer.addRaw(packed);
      return;
    }
    this.#info = this.#infoWith(facts);
    if (this.#info) packer.addOwn(ErrorInfo, this.#info);
    else if (facts) this.#values.leaveOut('the option "info" needs the option "reason"');
    else if (this.domain) this.#values.leaveOut('the option "domain" needs the option "reason"');
  }

  #infoWith(facts: Readonly<Record<string, string>> | undefined): ErrorInfo | undefined {
    const { definition, reason, domain = "" } = this;
    const given = this.#given.info;
    if (given) return { ...given, metadata: { ...given.metadata, ...facts } };
    if (reason === undefined) return undefined;
    const number = definition?.numericCode && { code: String(definition.number) };
    return { reason, domain, metadata: { ...facts, ...number } };
  }

  #packExtras(packer: DetailPacker): void {
    const values = this.#values;
    const retryDelay = values.retryDelay ?? this.definition?.retryDelay;
    if (retryDelay !== undefined) packer.add(RetryInfo, { retryDelay: durationFromMs(retryDelay) });
    const links = values.help;
    if (links && links.length > 0) packer.add(Help, { links });
    this.#given.packInto(packer);
  }
}

/**
 * Returns the content of an error from the arguments of its constructor.
 *
 * @throws TypeError if a detail has problems, in a test that asked for strict details. By default, never throws
 */
export function contentOf(given: unknown, body: unknown, options: RichErrorOptions = NO_OPTIONS): ErrorContent {
  if (isObject(given) && isContent(given)) return given;
  const content =
    isObject(given) && isDefinition(given)
      ? ThrownContent.declared(given, body, options)
      : ThrownContent.undeclared(given, body, options);
  if (areDetailsStrict()) content.checkDetails();
  return content;
}

/** Rebuilds the content of an error of another copy of this package, which hides its own. */
export function copyContent({ code, message, errorDetails, cause }: Copy): ErrorContent {
  return ThrownContent.undeclared(code, message, { errorDetails: [...errorDetails], cause });
}

/** The public members of an error of another copy of this package. */
type Copy = Pick<ErrorContent, "code" | "message" | "errorDetails"> & { readonly cause?: unknown };

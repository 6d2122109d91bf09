import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "./code.js";
import type { Definition } from "./definition.js";
import { type DetailCodec, type ErrorDetail, packDetail, typeNameOf } from "./detail.js";
import { DetailReader } from "./detail-reader.js";
import { durationFromMs } from "./duration.js";
import type { ErrorContent } from "./error-content.js";
import { ErrorInfo } from "./error-info.js";
import type { Issue } from "./issue.js";
import { renderMessage } from "./message-template.js";
import { plainInfoOf } from "./plain-info.js";
import { Help, type HelpLink, RetryInfo } from "./standard-types.js";
import { thrownText } from "./thrown-text.js";

/** What can be said of an error beside its detail. */
export interface RichErrorOptions {
  /** The message for humans. By default, it is made from the definition's template. */
  readonly message?: string;
  /** What led to the error. Stays in this process. */
  readonly cause?: unknown;
  /** Trailers to send with the error, beside its status. */
  readonly metadata?: Metadata;
  /** Facts for programs, added to `ErrorInfo.metadata`. */
  readonly info?: Readonly<Record<string, string>>;
  /** How long the client should wait at least before it tries again, in milliseconds. By default, as the definition says. */
  readonly retryDelay?: number;
  /** Where to read on. */
  readonly help?: readonly HelpLink[];
  /**
   * More details, such as those collected by `StandardDetails`.
   *
   * An error has one detail of each type: of two the first is sent, and the
   * error's own come before any given here.
   */
  readonly errorDetails?: Iterable<ErrorDetail>;
}

/** What can be said of an error that is not declared in a proto. */
export interface UndeclaredErrorOptions extends Omit<RichErrorOptions, "message"> {
  /** What went wrong, in `UPPER_SNAKE_CASE`. Without it, the error carries no ErrorInfo. */
  readonly reason?: string;
  /** Who says so. */
  readonly domain?: string;
}

/** An error as it was made here. Its details are packed when they are first asked for. */
export class Outgoing implements ErrorContent {
  readonly received = false;
  readonly code: Code;
  readonly message: string;
  readonly reason: string | undefined;
  readonly domain: string | undefined;
  readonly definition: Definition | undefined;
  readonly detail: unknown;
  readonly #options: RichErrorOptions;
  readonly #issues: Issue[] = [];
  #info: ErrorInfo | undefined;
  #packed: readonly ErrorDetail[] | undefined;
  #reader: DetailReader | undefined;

  private constructor(
    code: Code,
    message: string,
    { reason, domain }: { readonly reason?: string; readonly domain?: string },
    options: RichErrorOptions,
    definition: Definition | undefined,
    detail: unknown,
  ) {
    this.code = code;
    this.message = message;
    this.reason = reason || undefined;
    this.domain = domain || undefined;
    this.definition = definition;
    this.detail = detail;
    this.#options = options;
  }

  /** An error that is declared in a proto. */
  static declared(definition: Definition, detail: unknown, options: RichErrorOptions): Outgoing {
    const message = options.message ?? renderMessage(definition.message, detail);
    return new Outgoing(definition.code, message, definition, options, definition, detail);
  }

  /** Any other error. */
  static undeclared(code: Code, message: string, options: UndeclaredErrorOptions): Outgoing {
    return new Outgoing(code, message, options, options, undefined, undefined);
  }

  get metadata(): Metadata | undefined {
    return this.#options.metadata;
  }

  get caused(): { readonly cause: unknown } | undefined {
    return "cause" in this.#options ? { cause: this.#options.cause } : undefined;
  }

  /** A server's application says it, once it is sent. */
  get source(): undefined {
    return undefined;
  }

  get jsonDetails(): readonly [] {
    return [];
  }

  get info(): ErrorInfo | undefined {
    this.#info ??= this.#makeInfo();
    return this.#info;
  }

  /** ErrorInfo first, then the extras, the typed detail last; one of each type. */
  get errorDetails(): readonly ErrorDetail[] {
    this.#packed ??= this.#pack();
    return this.#packed;
  }

  get reader(): DetailReader {
    this.#reader ??= new DetailReader(this.errorDetails, this.#issues);
    return this.#reader;
  }

  get issues(): readonly Issue[] {
    void this.errorDetails;
    return this.#issues;
  }

  #makeInfo(): ErrorInfo | undefined {
    const { definition, reason, domain = "" } = this;
    const { info } = this.#options;
    if (reason === undefined) return undefined;
    if (definition && !info) return plainInfoOf(definition).info;
    const number = definition?.numericCode && { code: String(definition.number) };
    return { reason, domain, metadata: { ...info, ...number } };
  }

  #pack(): readonly ErrorDetail[] {
    const { definition, info } = this;
    const packed: ErrorDetail[] = [];
    if (definition && !this.#options.info) packed.push(plainInfoOf(definition).packed);
    else if (info) this.#add(packed, ErrorInfo, info);
    const own = definition?.detail;
    const taken = [ErrorInfo.typeName, own?.typeName];
    for (const extra of this.#extras()) {
      const typeName = typeNameOf(extra.typeUrl);
      if (taken.includes(typeName)) continue;
      taken.push(typeName);
      packed.push(extra);
    }
    if (own) this.#add(packed, own, this.detail);
    return packed;
  }

  #extras(): readonly ErrorDetail[] {
    const { retryDelay = this.definition?.retryDelay, help, errorDetails } = this.#options;
    const extras: ErrorDetail[] = [];
    if (retryDelay !== undefined) this.#add(extras, RetryInfo, { retryDelay: durationFromMs(retryDelay) });
    if (help) this.#add(extras, Help, { links: [...help] });
    if (errorDetails) this.#addAll(extras, errorDetails);
    return extras;
  }

  /** A detail that cannot be packed is left out, because an error must be sent all the same. */
  #add<T>(into: ErrorDetail[], codec: DetailCodec<T>, message: T): void {
    try {
      into.push(checked(packDetail(codec, message)));
    } catch (error) {
      this.#leaveOut(error);
    }
  }

  #addAll(into: ErrorDetail[], details: Iterable<ErrorDetail>): void {
    try {
      for (const detail of details) {
        try {
          into.push(checked(detail));
        } catch (error) {
          this.#leaveOut(error);
        }
      }
    } catch (error) {
      this.#leaveOut(error);
    }
  }

  #leaveOut(error: unknown): void {
    this.#issues.push({ kind: "malformed-detail", message: `a detail cannot be packed: ${thrownText(error)}` });
  }
}

/**
 * The detail with its value read once: it may be packed at the moment when it is read.
 *
 * @throws TypeError for anything else, which users without types may give
 */
function checked(detail: Partial<ErrorDetail> | null): ErrorDetail {
  const { typeUrl, value } = detail ?? {};
  if (typeof typeUrl !== "string" || !(value instanceof Uint8Array)) throw new TypeError("it is not an ErrorDetail");
  return { typeUrl, value };
}

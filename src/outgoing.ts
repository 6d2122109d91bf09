import type { Metadata } from "@grpc/grpc-js";
import type { Code } from "./code.js";
import type { Definition } from "./definition.js";
import type { ErrorDetail } from "./detail.js";
import { DetailPacker } from "./detail-packer.js";
import { DetailReader } from "./detail-reader.js";
import { durationFromMs } from "./duration.js";
import { decodeDetails } from "./envelope.js";
import type { ErrorContent } from "./error-content.js";
import { ErrorInfo } from "./error-info.js";
import type { Issue } from "./issue.js";
import { renderMessage } from "./message-template.js";
import { type OptionNames, unknownOptions } from "./options-check.js";
import { plainInfoOf } from "./plain-info.js";
import { StandardDetails } from "./standard-details.js";
import { Help, type HelpLink, RetryInfo } from "./standard-types.js";

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

const { message, ...FOR_ALL }: OptionNames<RichErrorOptions> = {
  message: true,
  cause: true,
  metadata: true,
  info: true,
  retryDelay: true,
  help: true,
  errorDetails: true,
};
const OPTIONS: OptionNames<RichErrorOptions> = { message, ...FOR_ALL };
const UNDECLARED_OPTIONS: OptionNames<UndeclaredErrorOptions> = { ...FOR_ALL, reason: true, domain: true };

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
  #packed: Uint8Array | undefined;
  #details: readonly ErrorDetail[] | undefined;
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

  get errorDetails(): readonly ErrorDetail[] {
    this.#details ??= decodeDetails(this.packedDetails);
    return this.#details;
  }

  /** ErrorInfo first, then the extras, the typed detail last; one of each type. */
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
    const unknown = this.definition
      ? unknownOptions(this.#options, OPTIONS)
      : unknownOptions<UndeclaredErrorOptions>(this.#options, UNDECLARED_OPTIONS);
    return [...this.#issues, ...unknown];
  }

  #makeInfo(): ErrorInfo | undefined {
    const { definition, reason, domain = "" } = this;
    const { info } = this.#options;
    if (reason === undefined) return undefined;
    if (definition && !info) return plainInfoOf(definition).info;
    const number = definition?.numericCode && { code: String(definition.number) };
    return { reason, domain, metadata: { ...info, ...number } };
  }

  #pack(): Uint8Array {
    const { definition, info } = this;
    const packer = new DetailPacker(this.#issues);
    const own = definition?.detail;
    packer.keep(ErrorInfo.typeName);
    packer.keep(own?.typeName);
    if (definition && !this.#options.info) packer.addRaw(plainInfoOf(definition).packed);
    else if (info) packer.addOwn(ErrorInfo, info);
    this.#addExtras(packer);
    if (own) packer.addOwn(own, this.detail);
    return packer.finish();
  }

  #addExtras(packer: DetailPacker): void {
    const { retryDelay = this.definition?.retryDelay, help, errorDetails = [] } = this.#options;
    if (retryDelay !== undefined) packer.add(RetryInfo, { retryDelay: durationFromMs(retryDelay) });
    if (help) packer.add(Help, { links: [...help] });
    try {
      if (errorDetails instanceof StandardDetails) errorDetails.packInto(packer);
      else for (const detail of errorDetails) packer.addDetail(detail);
    } catch (error) {
      packer.leaveOut(error);
    }
  }
}

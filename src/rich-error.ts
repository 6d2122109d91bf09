import type { Metadata } from "@grpc/grpc-js";
import { type Catalog, receive } from "./catalog.js";
import { Code } from "./code.js";
import { type ErrorContent, isContent } from "./content.js";
import { defaultFault } from "./defaults.js";
import { type Definition, type Fault, isDefinition, type Origin, type Outcome, type Recovery } from "./definition.js";
import type { DetailCodec, ErrorDetail, JsonDetail } from "./detail/detail.js";
import { encodeDetails } from "./detail/detail.js";
import type { ErrorInfo } from "./detail/error-info.js";
import type { StandardDetails } from "./detail/standard-details.js";
import { RetryInfo, timerDelayOf } from "./detail/standard-types.js";
import { changesOf, headOf, isSendable } from "./error/message.js";
import { inspectError, type JsonError, jsonOf, titleOf } from "./error/printing.js";
import { checkReadOptions, type ReadOptions, receiveCall, receiveLocalFailure } from "./error/receive.js";
import type { ReceivedContent } from "./error/received-content.js";
import { shedOf } from "./error/shed-note.js";
import {
  NO_OPTIONS,
  type RichErrorOptions,
  ThrownContent,
  type UndeclaredErrorOptions,
} from "./error/thrown-content.js";
import { brand, type IdentifiedClass, isBranded, isInstance } from "./identity.js";
import type { Issue } from "./issue.js";
import { callerStack, constructWithoutStack } from "./platform/stack.js";
import { attempt, textOf, thrownText } from "./platform/values.js";

/**
 * An error with a gRPC status code, an identity and typed details; the same on
 * the server that throws it and on the client that catches it.
 *
 * Errors declared in a proto have a generated class each, which extends this
 * one. Others are plain:
 *
 * ```ts
 * throw new RichError(Code.NOT_FOUND, "no such order", { reason: "ORDER_NOT_FOUND", domain: "shop.example" });
 * ```
 *
 * - `instanceof` looks at what an error is, not at which copy of this package made it.
 * - `details` is grpc-js's name for the message; typed details are in `detail` and `errorDetails`.
 * - `cause` never leaves the process.
 */
export class RichError<Detail = unknown, Reason extends string | undefined = string | undefined> extends Error {
  /** The definition of the class's error; none for a class that stands for many. */
  static readonly definition: Definition | undefined = undefined;

  /** The gRPC status code. */
  readonly code: Code;
  /** What went wrong, in `UPPER_SNAKE_CASE`. */
  readonly reason: Reason;
  /** Who says so. */
  readonly domain: string | undefined;
  /** On the client, what came with the status. On the server, trailers to send with it. */
  declare readonly metadata?: Metadata;

  readonly #content: ErrorContent;

  /** Makes an error that is not declared in a proto. */
  constructor(code: Code, message: string, options?: UndeclaredErrorOptions);
  /** Makes a declared error; called by the generated classes. */
  constructor(definition: Definition<Detail, NonNullable<Reason>>, detail: Detail, options?: RichErrorOptions);
  /** @internal Makes an error that a call ended with. */
  constructor(content: ErrorContent);
  constructor(originFacts: Code | Definition | ErrorContent, body?: unknown, options: RichErrorOptions = NO_OPTIONS) {
    const content = contentOf(originFacts, body, options);
    super(textOf(content.message)?.toWellFormed() ?? "", content.caused);
    this.code = content.code;
    this.reason = (content.reason || undefined) as Reason;
    this.domain = content.domain || undefined;
    this.#content = content;
  }

  static {
    Object.defineProperties(this.prototype, {
      [brand]: { value: true },
      // A property of Error.prototype, which an accessor of a class may not override.
      name: {
        configurable: true,
        get(this: RichError) {
          const { definition, clientError } = this.constructor as IdentifiedClass;
          return definition?.className ?? clientError?.className ?? "RichError";
        },
        set(this: RichError, value: unknown) {
          Object.defineProperty(this, "name", { value, configurable: true, writable: true });
        },
      },
      // Not the error's own: loggers, and Node for an uncaught error, print what they find, and this may hold secrets.
      metadata: {
        get(this: RichError) {
          return this.#content.metadata;
        },
      },
    });
  }

  static override [Symbol.hasInstance](value: unknown): value is RichError {
    return this === RichError ? isBranded(value) : isInstance(this, value);
  }

  /** Makes an instance of this class from what ended a call, with the stack of what was caught. */
  static [receive](content: ErrorContent, original?: unknown): RichError {
    const error = constructWithoutStack(RichError, [content], this);
    error.stack = callerStack(error, original);
    return error;
  }

  /**
   * Makes a RichError of anything that was caught:
   *
   * - a RichError is returned as it is;
   * - a grpc-js error or status becomes an instance of the class of the error
   *   that its trailer tells of, with the stack of the caller;
   * - a network failure of Node's or of `fetch`, and what a circuit breaker of
   *   cockatiel's or opossum's throws, become `UNAVAILABLE`, a `TimeoutError`
   *   `DEADLINE_EXCEEDED`, an `AbortError` `CANCELLED`;
   * - anything else becomes `UNKNOWN` with its message.
   *
   * In the last two cases the value is kept as `cause`. Never throws, whatever the value is.
   *
   * @throws TypeError for an option that is not known
   */
  static from(value: unknown, options?: ReadOptions): RichError {
    if (options !== undefined) checkReadOptions("RichError.from", options);
    return richErrorFrom(value, options?.catalogs ?? []);
  }

  /** @internal The details of an error as bytes, one after the other as they stand in a status. */
  static packedDetailsOf(error: Pick<RichError, "errorDetails">): Uint8Array {
    // Another copy of this package keeps them in another place.
    return #content in error ? error.#content.packedDetails : encodeDetails(error.errorDetails);
  }

  /**
   * @internal The error as it can be sent. Where its code or its message was changed since it was made, so that it
   * cannot be sent, this is a copy with those it was made with.
   */
  static sendable(error: RichError): RichError {
    if (isSendable(error)) return error;
    const { code, message } = headOf(error);
    const content = #content in error ? error.#content : contentOfCopy(error);
    const prototype = #content in error ? Object.getPrototypeOf(error) : RichError.prototype;
    const copy = Object.setPrototypeOf(constructWithoutStack(RichError, [content], RichError), prototype);
    return Object.defineProperties(copy, {
      code: { value: code ?? content.code },
      message: { value: message ?? content.message },
      stack: { value: attempt(() => error.stack) },
      issues: { value: attempt(() => error.issues) ?? [] },
    });
  }

  /** What the proto says of the error; none if no catalog knows it. */
  get definition(): Definition | undefined {
    return this.#content.definition;
  }

  /** Whether a call ended with the error. If not, it was made here, to be answered. */
  get received(): boolean {
    return this.#content.received;
  }

  /** What a client should do; none if neither the error's proto nor the call says. */
  get recovery(): Recovery | undefined {
    return this.definition ? this.definition.recovery : this.#content.originFacts?.recovery;
  }

  /** Whether the request took effect; none if neither the error's proto nor the call says. */
  get outcome(): Outcome | undefined {
    return this.definition ? this.definition.outcome : this.#content.originFacts?.outcome;
  }

  /** Where the error arose: its proto says so, else it follows from how the call ended. None if that does not tell. */
  get origin(): Origin | undefined {
    return this.definition ? this.definition.origin : this.#content.originFacts?.origin;
  }

  /** Who is to blame. By default, it follows from the status code. */
  get fault(): Fault {
    return this.definition?.fault ?? defaultFault(this.code);
  }

  /** The message, under the name that grpc-js has for it. */
  get details(): string {
    return RichError.sendable(this).message;
  }

  /**
   * What the error carries by its declaration.
   *
   * If a peer sent the error without its detail or with one that cannot be
   * read, this is a message without content, and {@link issues} says so.
   */
  get detail(): Detail {
    // A declared error has a detail of its type, any other error has none.
    return this.#content.detail as Detail;
  }

  /** Every message of `Status.details`, packed, in order: ErrorInfo, the extras, the detail. */
  get errorDetails(): readonly ErrorDetail[] {
    return this.#content.errorDetails;
  }

  /** Details that came over HTTP as JSON, and that no catalog has a type for or that do not fit their type. */
  get jsonDetails(): readonly JsonDetail[] {
    return this.#content.jsonDetails;
  }

  /** The error's identity and facts about this occurrence; none if the error carries no ErrorInfo. */
  get info(): ErrorInfo | undefined {
    return this.#content.info;
  }

  /** What the server left out or cut, because it did not fit: `"DebugInfo"`, `"message"`; `"+7997"` counts more. */
  get shed(): readonly string[] {
    if (!this.received) return [];
    return shedOf(this.info);
  }

  /** What is wrong with the error as it came from the peer, or with details that cannot be sent. */
  get issues(): readonly Issue[] {
    return [...this.#content.issues, ...changesOf(this)];
  }

  /** The standard details that the error carries. */
  get standardDetails(): StandardDetails {
    return this.#content.reader.standard;
  }

  /** How long to wait at least before trying again, in milliseconds: from 0 to the most that a timer takes. */
  get retryDelay(): number | undefined {
    return timerDelayOf(this.findDetail(RetryInfo)?.retryDelay);
  }

  /** The first detail of a type; none if there is none or it cannot be read. Never throws. */
  findDetail<T>(codec: DetailCodec<T>): T | undefined {
    return this.#content.reader.find(codec);
  }

  /** All details of a type that can be read. Never throws. */
  findDetails<T>(codec: DetailCodec<T>): T[] {
    return this.#content.reader.findAll(codec);
  }

  /**
   * The error for a log: with its details decoded, and without the values of metadata. Never throws.
   *
   * Of each error and of up to 8 causes, it prints 2,000 values and 50,000 characters of the detail, as many of
   * `errorDetails` and of `issues`, 16 levels deep, 100 entries of each list, 10,000 characters of each text and
   * 3,000 bytes of each field. The rest is counted: `"… 9,984 more"`. Accessors are not called.
   */
  toJSON(): JsonError {
    return jsonOf(this);
  }

  /** The name and the message, of each up to 10,000 characters. Never throws. */
  override toString(): string {
    return titleOf(this);
  }

  /** The error for a console of Node's: as {@link toJSON}, with the stack. */
  [Symbol.for("nodejs.util.inspect.custom")](depth: number, options: object, inspect: Inspect): string {
    return inspectError(this, (value) => inspect(value, { ...options, depth }));
  }
}

/** {@link RichError.from}, for options that were checked before. */
export function richErrorFrom(value: unknown, catalogs: readonly Catalog[]): RichError {
  if (value instanceof RichError) return value;
  const received = receiveCall(value, catalogs) ?? receiveLocalFailure(value, catalogs);
  if (received) return errorOf(received, value);
  return new RichError(Code.UNKNOWN, thrownText(value), { cause: value });
}

/** The error that a call ended with, as an instance of its class. */
export function errorOf(callMetadata: ReceivedContent, original?: unknown): RichError {
  return (callMetadata.errorClass ?? RichError)[receive](callMetadata, original) as RichError;
}

function contentOf(originFacts: unknown, body: unknown, options: RichErrorOptions): ErrorContent {
  if (!isObject(originFacts)) return ThrownContent.undeclared(originFacts, body, options);
  if (isContent(originFacts)) return originFacts;
  return isDefinition(originFacts)
    ? ThrownContent.declared(originFacts, body, options)
    : ThrownContent.undeclared(originFacts, body, options);
}

/** Another copy of this package has the content of its errors to itself. */
function contentOfCopy({ code, message, errorDetails, cause }: RichError): ErrorContent {
  return ThrownContent.undeclared(code, message, { errorDetails: [...errorDetails], cause });
}

type Inspect = (value: unknown, options: object) => string;

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

import type { Metadata } from "@grpc/grpc-js";
import type { Packable } from "./budget/fit.js";
import type { Catalog } from "./catalog.js";
import { Code } from "./code.js";
import { defaultFault } from "./defaults.js";
import type { Definition, Fault, Origin, Outcome, Recovery } from "./definition.js";
import { StandardDetails } from "./detail/collected-details.js";
import { type DetailCodec, type ErrorDetail, encodeDetails, type JsonDetail } from "./detail/detail.js";
import { timerDelayOf } from "./detail/duration.js";
import { type ErrorInfo, shedOf } from "./detail/error-info.js";
import { RetryInfo } from "./detail/standard-details.js";
import { type CarriedStatus, carriedStatusOf, emptyMetadataOf } from "./error/carried-status.js";
import { type PackOptions, withoutRedacted } from "./error/error-redaction.js";
import { type Inspect, inspectError } from "./error/inspection.js";
import { headIssues, isSendable, withHeadOf } from "./error/message.js";
import { type JsonError, jsonOf, titleOf } from "./error/printing.js";
import { checkReadOptions, type ReadOptions, receiveCall, receiveLocalFailure } from "./error/receive.js";
import type { ReceivedContent } from "./error/received-error.js";
import { contentOf, copyContent, type RichErrorOptions, type UndeclaredErrorOptions } from "./error/thrown-error.js";
import type { ErrorContent, OriginFacts } from "./error-content.js";
import { isBranded, isInstance, nameProperty } from "./instance-of.js";
import type { Issue } from "./issue.js";
import { observers } from "./platform/observer.js";
import { callerStack, constructWithoutStack } from "./platform/stack.js";
import { RECEIVE, RICH_ERROR } from "./platform/symbols.js";
import { textOf, thrownText } from "./platform/values.js";

/**
 * A gRPC error with a status code, an identity and typed details. The client
 * catches the same class that the server throws:
 *
 * ```ts
 * const error = RichError.from(caught, { catalogs: [catalog] });
 * if (error instanceof OrderNotFoundError) return create(error.detail.orderId);
 * if (error.recovery === "BACK_OFF_AND_RETRY") return retryIn(error.retryDelay ?? 1000);
 * throw error;
 * ```
 *
 * The generator writes a subclass for each error that a proto declares. Any
 * other error you construct with a code and a message:
 *
 * ```ts
 * throw new RichError(Code.NOT_FOUND, "no such order", { reason: "ORDER_NOT_FOUND", domain: "shop.example" });
 * ```
 *
 * - `instanceof` also holds for an error that another copy of this package made.
 * - `details` is the message, because grpc-js reads it under that name. Typed details are in `detail` and `errorDetails`.
 * - `cause` never leaves the process.
 */
export class RichError<Detail = unknown, Reason extends string | undefined = string | undefined> extends Error {
  /** The definition of the class's error. `undefined` for a class that stands for several errors, such as this one. */
  static readonly definition: Definition | undefined = undefined;

  /** The gRPC status code, from 1 to 16. */
  readonly code: Code;
  /** The reason of the error, in `UPPER_SNAKE_CASE`. It is unique within the {@link domain}. */
  readonly reason: Reason;
  /** The service, or the part of a service, that defines the {@link reason}. */
  readonly domain: string | undefined;
  /**
   * On a received error, the metadata of its status. It is empty if there was none.
   *
   * On a thrown error, the trailers to send with it: those of the option `metadata`, and `grpc-status-details-bin` with
   * the packed error, within 4,096 bytes and without redacted fields. grpc-js reads it, so the error arrives with its details on a server that has
   * nothing else of this package. Each read returns a new object, because one error may be used for many calls: give
   * trailers in the option `metadata`. It has every method of grpc-js's `Metadata`, but is not an instance of that class.
   */
  declare readonly metadata?: Metadata;

  readonly #content: ErrorContent;

  /** Creates a declared error. Generated classes call this constructor. */
  constructor(definition: Definition<Detail, NonNullable<Reason>>, detail: Detail, options?: RichErrorOptions);
  /** @internal Creates an error from its content. */
  constructor(content: ErrorContent);
  // The last one, because the compiler explains a wrong argument by the last one.
  /** Creates an error that no proto declares. */
  constructor(code: Code, message: string, options?: UndeclaredErrorOptions);
  constructor(given: Code | Definition | ErrorContent, body?: unknown, options?: RichErrorOptions) {
    const content = contentOf(given, body, options);
    super(textOf(content.message)?.toWellFormed() ?? "", content.caused);
    this.code = content.code;
    this.reason = (content.reason || undefined) as Reason;
    this.domain = content.domain || undefined;
    this.#content = content;
    if (content !== given) observers()?.thrown(this);
  }

  static {
    Object.defineProperties(this.prototype, {
      [RICH_ERROR]: { value: true },
      name: nameProperty,
      // On the prototype, because loggers print an error's own properties, and metadata may hold secrets.
      metadata: {
        get(this: RichError) {
          // A Proxy of an error, or an object that inherits from one, has no content.
          if (!(#content in this)) return undefined;
          if (this.#content.received) return this.#content.metadata ?? emptyMetadataOf(this);
          return this.#carried?.metadata ?? this.#content.metadata;
        },
      },
    });
  }

  static override [Symbol.hasInstance](value: unknown): value is RichError {
    return this === RichError ? isBranded(value) : isInstance(this, value);
  }

  /** Creates an instance of this class from the content of a received error, with the stack of what was caught. */
  static [RECEIVE](content: ErrorContent, caught?: unknown): RichError {
    const error = constructWithoutStack(RichError, [content], this);
    error.stack = callerStack(error, caught);
    return error;
  }

  /**
   * Turns anything that was caught into a RichError:
   *
   * - A RichError is returned as it is.
   * - A grpc-js error or status becomes an instance of the class that its trailer names, with the stack of the caller.
   * - A network failure of Node or `fetch`, and the error of an open circuit breaker (cockatiel, opossum), become
   *   `UNAVAILABLE`, that of a full bulkhead (cockatiel) becomes `RESOURCE_EXHAUSTED`. A `TimeoutError` becomes
   *   `DEADLINE_EXCEEDED`, an `AbortError` becomes `CANCELLED`.
   * - Anything else becomes `UNKNOWN` with the message of the value.
   *
   * In the last two cases, the value becomes the `cause`. Reading the value never throws.
   *
   * @throws TypeError if an option is unknown or `catalogs` is not an array of catalogs
   */
  static from(value: unknown, options?: ReadOptions): RichError {
    checkReadOptions("RichError.from", options);
    return richErrorOf(value, options?.catalogs);
  }

  /** @internal The parts of an error that are packed. By default, without the redacted fields of its details. */
  static packableOf(error: RichError, { sendRedacted = false }: PackOptions = {}): Packable {
    const packable = #content in error ? error.#content : packableOfOther(error);
    return sendRedacted ? packable : withoutRedacted(packable);
  }

  /**
   * @internal The trailers of a thrown error besides its details.
   *
   * @param carried the metadata that the error carries, if others have changed it or cloned it
   */
  static trailersOf(error: RichError, carried?: Metadata): Metadata | undefined {
    if (!(#content in error) || error.#content.received) return carried ?? error.metadata;
    return carried ? error.#carried?.withOtherTrailers(carried) : error.#content.metadata;
  }

  /** @internal The error itself, or a copy if somebody set a code or a message that cannot be sent. */
  static sendable(error: RichError): RichError {
    if (isSendable(error)) return error;
    const isOwn = #content in error;
    const copy = constructWithoutStack(RichError, [isOwn ? error.#content : copyContent(error)], RichError);
    if (isOwn) Object.setPrototypeOf(copy, Object.getPrototypeOf(error));
    return withHeadOf(error, copy);
  }

  /** The declaration of the error in its proto. `undefined` if no catalog knows the error. */
  get definition(): Definition | undefined {
    return this.#content.definition;
  }

  /** Whether the error ended a call. `false` for an error that was made in this process. */
  get received(): boolean {
    return this.#content.received;
  }

  /** The action that a client should take. `undefined` if neither the declaration nor the end of the call says. */
  get recovery(): Recovery | undefined {
    return this.#facts?.recovery;
  }

  /** The effect of the failed request. `undefined` if neither the declaration nor the end of the call says. */
  get outcome(): Outcome | undefined {
    return this.#facts?.outcome;
  }

  /** The place where the error arose. `undefined` if neither the declaration nor the end of the call says. */
  get origin(): Origin | undefined {
    return this.#facts?.origin;
  }

  get #facts(): Omit<OriginFacts, "kind"> | undefined {
    return this.definition ?? this.#content.originFacts;
  }

  /** The party that is to blame. By default, this follows from the end of the call or from the status code. */
  get fault(): Fault {
    return this.#facts?.fault ?? defaultFault(this.code);
  }

  /** The message, under the name that grpc-js gives it. That of a thrown error is cut to what fits with its trailers. */
  get details(): string {
    return (#content in this && this.#carried?.details) || RichError.sendable(this).message;
  }

  /** `undefined` for a received error, and in a browser, where nothing sends a status. */
  get #carried(): CarriedStatus | undefined {
    if (this.#content.received) return undefined;
    return carriedStatusOf(this, this.#content, RichError.sendable(this));
  }

  /**
   * The typed detail of a declared error; `undefined` for any other error.
   *
   * If a peer sends the error without its detail, or with one that cannot be
   * decoded, this is an empty message and {@link issues} says why.
   */
  get detail(): Detail {
    // The class and its type parameter come from the same declaration.
    return this.#content.detail as Detail;
  }

  /** Every message of `Status.details`, packed and in order: ErrorInfo first, the error's own detail last. */
  get errorDetails(): readonly ErrorDetail[] {
    return this.#content.errorDetails;
  }

  /** The JSON details of an HTTP body that have no known type or do not match it. Empty for an error that came over gRPC. */
  get jsonDetails(): readonly JsonDetail[] {
    return this.#content.jsonDetails;
  }

  /** The error's ErrorInfo: its identity, and facts about this occurrence. `undefined` if it carries none. */
  get info(): ErrorInfo | undefined {
    return this.#content.info;
  }

  /** The parts that the server left out or cut to fit its size budget: `"DebugInfo"`, `"message"`. `"+7"` counts seven more. */
  get shed(): readonly string[] {
    return this.received ? shedOf(this.info) : [];
  }

  /** Problems with a received error, or with values of a thrown error that cannot be sent. */
  get issues(): readonly Issue[] {
    return [...this.#content.issues, ...headIssues(this)];
  }

  /** The error's standard details, such as `BadRequest` and `RetryInfo`. */
  get standardDetails(): StandardDetails {
    return StandardDetails.from((codec) => this.#content.reader.find(codec));
  }

  /** The minimum time to wait before a retry, in milliseconds and within the range of a timer. `undefined` if none is set. */
  get retryDelay(): number | undefined {
    return timerDelayOf(this.findDetail(RetryInfo)?.retryDelay);
  }

  /** Returns the first detail of a type that can be decoded, or `undefined`. Never throws. */
  findDetail<T>(codec: DetailCodec<T>): T | undefined {
    return this.#content.reader.find(codec);
  }

  /** Returns all details of a type that can be decoded. Never throws. */
  findDetails<T>(codec: DetailCodec<T>): T[] {
    return this.#content.reader.findAll(codec);
  }

  /** Returns the error as plain data for a log, bounded in size and without metadata: see {@link JsonError}. Never throws. */
  toJSON(): JsonError {
    return jsonOf(this);
  }

  /** Returns the name and the message, each cut to 10,000 characters. Never throws. */
  override toString(): string {
    return titleOf(this);
  }

  /** Returns the error as Node's console shows it: the stack, then the content of {@link toJSON}. */
  [Symbol.for("nodejs.util.inspect.custom")](depth: number, options: object, inspect: Inspect): string {
    return inspectError(this, (value) => inspect(value, { ...options, depth }));
  }
}

/** Turns what was caught into a RichError, as {@link RichError.from} does. A call of a method may have ended with it. */
export function richErrorOf(value: unknown, catalogs: readonly Catalog[] = [], method?: string): RichError {
  if (value instanceof RichError) return value;
  const received = receiveCall(value, catalogs) ?? receiveLocalFailure(value, catalogs);
  if (received) return receivedError(received, value, method);
  return new RichError(Code.UNKNOWN, thrownText(value), { cause: value });
}

/** Creates the error that a client received, as an instance of its class. */
export function receivedError(content: ReceivedContent, caught?: unknown, method?: string): RichError {
  const error = errorOf(content, caught);
  observers()?.received(error, method);
  return error;
}

/** An error of another copy of this package hides its content from this one. */
function packableOfOther({ definition, info, errorDetails }: RichError): Packable {
  return { definition, info, errorDetails, packedDetails: encodeDetails(errorDetails) };
}

/** Creates the error of a received content, as an instance of its class. */
export function errorOf(content: ReceivedContent, caught?: unknown): RichError {
  return (content.errorClass ?? RichError)[RECEIVE](content, caught) as RichError;
}

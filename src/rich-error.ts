import type { Metadata } from "@grpc/grpc-js";
import { type Catalog, receive } from "./catalog.js";
import { Code, isCode } from "./code.js";
import type { Definition, Fault, Origin, Outcome, Recovery } from "./definition.js";
import type { DetailCodec, ErrorDetail, JsonDetail } from "./detail.js";
import { DetailReader } from "./detail-reader.js";
import { timerDelayOf } from "./duration.js";
import type { ErrorInfo } from "./error-info.js";
import { defaultFault } from "./fault.js";
import { brand, type IdentifiedClass, isBranded, isInstance } from "./identity.js";
import type { Issue } from "./issue.js";
import { renderMessage } from "./message-template.js";
import { sourceOf } from "./origin.js";
import { Outgoing, type RichErrorOptions } from "./outgoing.js";
import type { PeerError, Source } from "./peer-error.js";
import { inspectError, type JsonError, jsonOf } from "./printing.js";
import { type Received, receiveCall, receiveNoAnswer } from "./received.js";
import { callerStack, withoutStack } from "./stack.js";
import type { StandardDetails } from "./standard-details.js";
import { RetryInfo } from "./standard-types.js";
import { thrownText } from "./thrown-text.js";

/** What can be said of an error that is not declared in a proto. */
export interface UndeclaredErrorOptions extends Omit<RichErrorOptions, "message"> {
  /** What went wrong, in `UPPER_SNAKE_CASE`. Without it, the error carries no ErrorInfo. */
  readonly reason?: string;
  /** Who says so. */
  readonly domain?: string;
}

/** How to read an error that came from a peer. */
export interface ReadOptions {
  /**
   * The errors to recognise. By default, none: every error is a plain RichError.
   *
   * What is no declared error becomes an instance of the client's classes
   * (`client_errors` of the proto) of the first catalog that has such.
   */
  readonly catalogs?: readonly Catalog[];
}

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

  readonly #definition: Definition | undefined;
  readonly #received: PeerError | undefined;
  readonly #source: PeerError | Outgoing;
  readonly #reader: DetailReader;
  #reviewed: Issue[] | undefined;
  #detail: Detail | undefined;
  #detailRead: boolean;

  /** Makes an error that is not declared in a proto. */
  constructor(code: Code, message: string, options?: UndeclaredErrorOptions);
  /** Makes a declared error; called by the generated classes. */
  constructor(definition: Definition<Detail, NonNullable<Reason>>, detail: Detail, options?: RichErrorOptions);
  /** @internal Makes an error that a call ended with. */
  constructor(received: PeerError);
  constructor(source: Code | Definition | PeerError, body?: unknown, options: RichErrorOptions = {}) {
    const received = isReceived(source) ? source : undefined;
    const definition = received ? received.definition : isObject(source) ? (source as Definition) : undefined;
    const text =
      received?.message ?? (definition ? (options.message ?? renderMessage(definition.message, body)) : body);
    const given = received ?? options;
    super(String(text).toWellFormed(), "cause" in given ? { cause: given.cause } : undefined);

    const { reason, domain } = definition ?? received?.info ?? (options as UndeclaredErrorOptions);
    this.code = received?.code ?? definition?.code ?? (isCode(source) ? source : Code.UNKNOWN);
    this.reason = (reason || undefined) as Reason;
    this.domain = domain || undefined;
    this.#definition = definition;
    const { metadata } = given;
    // Not enumerable: loggers, and Node for an uncaught error, print what they find, and this may hold secrets.
    if (metadata) Object.defineProperty(this, "metadata", { value: metadata });
    this.#received = received;
    this.#source =
      received ?? new Outgoing({ definition, reason: this.reason, domain: this.domain, detail: body, options });
    this.#reader = new DetailReader(this.#source);
    this.#detail = definition && !received ? (body as Detail) : undefined;
    this.#detailRead = !received;
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
    });
  }

  static override [Symbol.hasInstance](value: unknown): value is RichError {
    return this === RichError ? isBranded(value) : isInstance(this, value);
  }

  /** Makes an instance of this class from what a peer sent. */
  static [receive](received: PeerError): RichError {
    return withoutStack(() => Reflect.construct(RichError, [received], this));
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
   * In the last two cases the value is kept as `cause`. Never throws.
   */
  static from(value: unknown, { catalogs = [] }: ReadOptions = {}): RichError {
    if (value instanceof RichError) return value;
    const received = receiveCall(value, catalogs) ?? receiveNoAnswer(value, catalogs);
    if (received) {
      const error = errorOf(received);
      error.stack = callerStack(error, value);
      return error;
    }
    return new RichError(Code.UNKNOWN, thrownText(value), { cause: value });
  }

  /** What the proto says of the error; none if no catalog knows it. */
  get definition(): Definition | undefined {
    return this.#definition;
  }

  /** Whether a call ended with the error. If not, it was made here, to be answered. */
  get received(): boolean {
    return this.#received !== undefined;
  }

  /** What a client should do; none if neither the error's proto nor the call says. */
  get recovery(): Recovery | undefined {
    return this.definition ? this.definition.recovery : this.#origin?.recovery;
  }

  /** Whether the request took effect; none if neither the error's proto nor the call says. */
  get outcome(): Outcome | undefined {
    return this.definition ? this.definition.outcome : this.#origin?.outcome;
  }

  /** Where the error arose: its proto says so, else it follows from how the call ended. None if that does not tell. */
  get origin(): Origin | undefined {
    return this.definition ? this.definition.origin : this.#origin?.origin;
  }

  /** Who is to blame. By default, it follows from the status code. */
  get fault(): Fault {
    return this.definition?.fault ?? defaultFault(this.code);
  }

  get #origin(): Source | undefined {
    return this.#received && sourceOf(this.#received);
  }

  /** The message, under the name that grpc-js has for it. */
  get details(): string {
    return this.message;
  }

  /**
   * What the error carries by its declaration.
   *
   * If a peer sent the error without its detail or with one that cannot be
   * read, this is a message without content, and {@link issues} says so.
   */
  get detail(): Detail {
    if (!this.#detailRead) {
      this.#detailRead = true;
      if (this.definition) this.#detail = this.#reader.own(this.definition) as Detail;
    }
    // A declared error has a detail of its type, any other error has none.
    return this.#detail as Detail;
  }

  /** Every message of `Status.details`, packed, in order: ErrorInfo, the extras, the detail. */
  get errorDetails(): readonly ErrorDetail[] {
    return this.#source.errorDetails;
  }

  /** Details that came over HTTP as JSON, and that no catalog has a type for or that do not fit their type. */
  get jsonDetails(): readonly JsonDetail[] {
    return this.#received?.jsonDetails ?? [];
  }

  /** The error's identity and facts about this occurrence; none if the error carries no ErrorInfo. */
  get info(): ErrorInfo | undefined {
    return this.#source.info;
  }

  /** What the server left out or cut, because it did not fit: `"DebugInfo"`, `"message"`. */
  get shed(): readonly string[] {
    return this.#received?.info?.metadata["shed"]?.split(",").filter(Boolean) ?? [];
  }

  /** What is wrong with the error as it came from the peer, or with details that cannot be sent. */
  get issues(): readonly Issue[] {
    if (!this.#received) void this.errorDetails;
    else this.#reviewed ??= this.#reader.review(this.#received);
    return [...this.#source.issues, ...(this.#reviewed ?? [])];
  }

  /** The standard details that the error carries. */
  get standardDetails(): StandardDetails {
    return this.#reader.standard;
  }

  /** How long to wait at least before trying again, in milliseconds: from 0 to the most that a timer takes. */
  get retryDelay(): number | undefined {
    return timerDelayOf(this.findDetail(RetryInfo)?.retryDelay);
  }

  /** The first detail of a type; none if there is none or it cannot be read. Never throws. */
  findDetail<T>(codec: DetailCodec<T>): T | undefined {
    return this.#reader.find(codec);
  }

  /** All details of a type that can be read. Never throws. */
  findDetails<T>(codec: DetailCodec<T>): T[] {
    return this.#reader.findAll(codec);
  }

  /** The error for a log: with its details decoded, and without the values of metadata. */
  toJSON(): JsonError {
    return jsonOf(this);
  }

  /** The error for a console of Node's: as {@link toJSON}, with the stack. */
  [Symbol.for("nodejs.util.inspect.custom")](depth: number, options: object, inspect: Inspect): string {
    return inspectError(this, (value) => inspect(value, { ...options, depth }));
  }
}

/** The error that a peer sent, as an instance of its class. */
export function errorOf(received: Received): RichError {
  return (received.errorClass ?? RichError)[receive](received) as RichError;
}

type Inspect = (value: unknown, options: object) => string;

function isReceived(source: Code | Definition | PeerError): source is PeerError {
  return isObject(source) && "errorDetails" in source;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

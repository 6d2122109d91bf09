import { describeValue } from "../platform/values.js";
import { type DetailCodec, type ErrorDetail, typeUrlOf } from "./detail.js";
import { durationFromMs, timerDelayOf } from "./duration.js";
import { ErrorInfo } from "./error-info.js";
import { type DetailPacker, packInto } from "./packer.js";
import * as standard from "./standard-details.js";

/** Options of {@link StandardDetails.addFieldViolation}. */
export interface FieldViolationOptions {
  /** The reason in `UPPER_SNAKE_CASE`, for programs. */
  readonly reason?: string;
  /** The description in the language of the user. */
  readonly localizedMessage?: standard.LocalizedMessage;
}

/** Options of {@link StandardDetails.addQuotaViolation}: further fields of the violation. */
export type QuotaViolationOptions = Partial<Omit<standard.QuotaViolation, "subject" | "description">>;

/**
 * The standard details of an error. Servers collect them, clients read them.
 *
 * ```ts
 * const problems = new StandardDetails();
 * if (order.quantity < 1) problems.addFieldViolation("quantity", "must be at least 1");
 * if (order.address === "") problems.addFieldViolation("address", "must not be empty");
 * if (problems.hasFieldViolations) throw new OrderRejectedError({ orderId }, { errorDetails: problems });
 * ```
 *
 * The client reads them from `err.standardDetails.badRequest?.fieldViolations`.
 * Iterating yields the packed details, in the order in which they were added.
 *
 * @see https://google.aip.dev/193#error-details
 */
export class StandardDetails implements Iterable<ErrorDetail> {
  /** In the order in which they were added. Each type occurs once. */
  readonly #entries: Entry[] = [];

  /**
   * Reads the standard details of an error. A detail that cannot be read is left out.
   *
   * @param find returns the error's detail of a type
   */
  static from(find: <T>(codec: DetailCodec<T>) => T | undefined): StandardDetails {
    const details = new StandardDetails();
    for (const codec of STANDARD_DETAILS) {
      const message = find(codec);
      if (message !== undefined) details.#entries.push({ codec, message });
    }
    return details;
  }

  /** Adds a violation of a field of the request. The field is a path: `"items[3].count"`. */
  addFieldViolation(field: string, description: string, options: FieldViolationOptions = {}): this {
    const { reason = "", localizedMessage } = options ?? {};
    this.#collect(standard.BadRequest, { fieldViolations: [] }).fieldViolations.push({
      field,
      description,
      reason,
      localizedMessage,
    });
    return this;
  }

  /** Adds a precondition that is not met: its type (`"TOS"`), its subject, and a description of what to do. */
  addPreconditionViolation(type: string, subject: string, description: string): this {
    this.#collect(standard.PreconditionFailure, { violations: [] }).violations.push({ type, subject, description });
    return this;
  }

  /** Adds a quota that is used up: its subject (`"project:p1"`), and a description of how. */
  addQuotaViolation(subject: string, description: string, options: QuotaViolationOptions = {}): this {
    this.#collect(standard.QuotaFailure, { violations: [] }).violations.push({
      apiService: "",
      quotaMetric: "",
      quotaId: "",
      quotaDimensions: {},
      quotaValue: 0n,
      ...options,
      subject,
      description,
    });
    return this;
  }

  /** Adds a link to documentation. */
  addHelpLink(description: string, url: string): this {
    this.#collect(standard.Help, { links: [] }).links.push({ description, url });
    return this;
  }

  /**
   * Sets the minimum time to wait before a retry, in milliseconds.
   *
   * A value that is not a number is left out of the error, and becomes an entry of its `issues`.
   */
  setRetryDelay(ms: number): this {
    if (typeof ms !== "number" || Number.isNaN(ms)) {
      return this.#refuse(standard.RetryInfo, `the retry delay is ${describeValue(ms)}, not a number of milliseconds`);
    }
    return this.#set(standard.RetryInfo, { retryDelay: durationFromMs(ms) });
  }

  /** Sets information for the developers of the server. Every caller receives it, so leave out secrets. */
  setDebugInfo(detail: string, stackEntries: readonly string[] = []): this {
    if (!Array.isArray(stackEntries)) {
      return this.#refuse(
        standard.DebugInfo,
        `the stack entries are ${describeValue(stackEntries)}, not an array of strings`,
      );
    }
    return this.#set(standard.DebugInfo, { detail, stackEntries: [...stackEntries] });
  }

  /** Sets the id of the request, which a user quotes in a support case. */
  setRequestInfo(requestId: string, servingData = ""): this {
    return this.#set(standard.RequestInfo, { requestId, servingData });
  }

  /** Sets the resource that the error is about. */
  setResourceInfo(resource: Partial<standard.ResourceInfo>): this {
    return this.#set(standard.ResourceInfo, {
      resourceType: "",
      resourceName: "",
      owner: "",
      description: "",
      ...resource,
    });
  }

  /** Sets the message in the language of the user. The locale is a BCP 47 tag: `"fr-CH"`. */
  setLocalizedMessage(locale: string, message: string): this {
    return this.#set(standard.LocalizedMessage, { locale, message });
  }

  /** Whether there is a violation of a field. */
  get hasFieldViolations(): boolean {
    return (this.badRequest?.fieldViolations.length ?? 0) > 0;
  }

  /** Whether there is a violation of a precondition. */
  get hasPreconditionViolations(): boolean {
    return (this.preconditionFailure?.violations.length ?? 0) > 0;
  }

  /** Whether there is a violation of a quota. */
  get hasQuotaViolations(): boolean {
    return (this.quotaFailure?.violations.length ?? 0) > 0;
  }

  /** The violations of fields, or `undefined`. */
  get badRequest(): standard.BadRequest | undefined {
    return this.#get(standard.BadRequest);
  }

  /** The violations of preconditions, or `undefined`. */
  get preconditionFailure(): standard.PreconditionFailure | undefined {
    return this.#get(standard.PreconditionFailure);
  }

  /** The violations of quotas, or `undefined`. */
  get quotaFailure(): standard.QuotaFailure | undefined {
    return this.#get(standard.QuotaFailure);
  }

  /** The links to documentation, or `undefined`. */
  get help(): standard.Help | undefined {
    return this.#get(standard.Help);
  }

  /** The time to wait before a retry, or `undefined`. */
  get retryInfo(): standard.RetryInfo | undefined {
    return this.#get(standard.RetryInfo);
  }

  /** The delay of {@link retryInfo} in milliseconds, within the range of a timer: 0 to 2,147,483,647. */
  get retryDelay(): number | undefined {
    return timerDelayOf(this.retryInfo?.retryDelay);
  }

  /** The information for developers of the server, or `undefined`. */
  get debugInfo(): standard.DebugInfo | undefined {
    return this.#get(standard.DebugInfo);
  }

  /** The id by which the operators of the server find the request, or `undefined`. */
  get requestInfo(): standard.RequestInfo | undefined {
    return this.#get(standard.RequestInfo);
  }

  /** The resource that the error is about, or `undefined`. */
  get resourceInfo(): standard.ResourceInfo | undefined {
    return this.#get(standard.ResourceInfo);
  }

  /** The message in the language of the user, or `undefined`. */
  get localizedMessage(): standard.LocalizedMessage | undefined {
    return this.#get(standard.LocalizedMessage);
  }

  *[Symbol.iterator](): Iterator<ErrorDetail> {
    for (const { codec, message } of this.#entries) yield packLater(codec, message);
  }

  /** @internal */
  [packInto](packer: Pick<DetailPacker, "add">): void {
    for (const { codec, message } of this.#entries) packer.add(codec, message);
  }

  #collect<T>(codec: DetailCodec<T>, empty: T): T {
    const found = this.#get(codec);
    if (found !== undefined) return found;
    this.#entries.push({ codec, message: empty });
    return empty;
  }

  #set<T>(codec: DetailCodec<T>, message: T): this {
    const entry = this.#entryOf(codec);
    if (entry) entry.message = message;
    else this.#entries.push({ codec, message });
    return this;
  }

  /** Adds a message that fails to pack, so that the error's `issues` say why. */
  #refuse<T>(codec: DetailCodec<T>, why: string): this {
    const encode = () => {
      throw new TypeError(why);
    };
    this.#entries.push({ codec: { ...codec, encode }, message: undefined });
    return this;
  }

  #get<T>(codec: DetailCodec<T>): T | undefined {
    // Each codec is stored with a message of its type.
    return this.#entryOf(codec)?.message as T | undefined;
  }

  #entryOf(codec: DetailCodec<unknown>): Entry | undefined {
    for (const entry of this.#entries) if (entry.codec === codec) return entry;
    return undefined;
  }
}

interface Entry {
  readonly codec: DetailCodec<unknown>;
  message: unknown;
}

/** Returns a detail that is packed when its value is read. A message that fails to pack does not end the iteration. */
function packLater<T>(codec: DetailCodec<T>, message: T): ErrorDetail {
  return {
    typeUrl: typeUrlOf(codec.typeName),
    get value() {
      return codec.encode(message);
    },
  };
}

/** The codecs of all standard details except ErrorInfo. */
export const STANDARD_DETAILS: readonly DetailCodec<unknown>[] = [
  standard.BadRequest,
  standard.PreconditionFailure,
  standard.QuotaFailure,
  standard.RetryInfo,
  standard.DebugInfo,
  standard.RequestInfo,
  standard.ResourceInfo,
  standard.Help,
  standard.LocalizedMessage,
];

/** The standard details that are meant for callers. */
export const CALLER_DETAILS: readonly DetailCodec<unknown>[] = [
  standard.RetryInfo,
  standard.BadRequest,
  standard.PreconditionFailure,
  standard.QuotaFailure,
  standard.ResourceInfo,
  standard.Help,
  standard.LocalizedMessage,
];

/** The type names of all standard details, ErrorInfo included. */
export const STANDARD_TYPES: ReadonlySet<string> = new Set(
  [ErrorInfo, ...STANDARD_DETAILS].map(({ typeName }) => typeName),
);

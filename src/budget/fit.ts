import { type ErrorDetail, encodeDetails, lengthOfDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo, ShedNote } from "../detail/error-info.js";
import {
  BadRequest,
  DebugInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  QuotaFailure,
  RetryInfo,
} from "../detail/standard-details.js";
import type { ErrorContent } from "../error-content.js";
import { MOST_BYTES } from "../status/metadata-fields.js";
import {
  type Block,
  fits,
  hasTrailers,
  longestBeginning,
  sizeOfBlock,
  sizeOfText,
  sizeOfTrailers,
  type TextSize,
} from "./header-size.js";
import { cutToBytes, cutViolations, isIdentityShort, SentInfo } from "./shorten.js";

/**
 * The smallest allowed `maxHeaderBytes`. The longest reason and domain fit into it, with the number, the note of what
 * was shed and the pushback.
 */
export const LEAST_BUDGET = 1024;

/** The size budget of a server that sets no other: one page, the buffer of many proxies. */
export const DEFAULT_BUDGET = 4096;

/** The largest allowed `maxHeaderBytes`. A client of grpc-js loses its connection over a value of more than 65,536 bytes. */
export const MOST_BUDGET = MOST_BYTES;

/** The parts of an error that a header block is made of, besides its message. */
export type Packable = Pick<ErrorContent, "definition" | "info" | "errorDetails" | "packedDetails">;

/** The parts of an error that fit, and the names of those that do not. */
export interface Fitted {
  readonly message: string;
  /** The details, encoded one after the other as in a `google.rpc.Status`. */
  readonly details: Uint8Array;
  readonly trailers: Block["trailers"];
  /** The parts that were dropped or cut, in the order of {@link fitInto}: some names, then the number of the others. */
  readonly shed: readonly string[];
}

/** The name of the error's own trailers in {@link Fitted.shed}. */
export const TRAILERS = "trailers";

/** The bytes that a message keeps while anything else can be shed. */
const FIRST_OF_MESSAGE = 1024;

/**
 * Fits an error into the size budget. Peers and proxies drop larger header
 * blocks, or the whole connection. Parts that do not fit are shed in this order:
 *
 * 1. `DebugInfo`, `Help`, `LocalizedMessage`
 * 2. the message beyond its first 1,024 bytes
 * 3. violations of BadRequest, PreconditionFailure and QuotaFailure, from the last on
 * 4. the error's own trailers, then all other extras, from the last on
 * 5. the typed detail
 * 6. `RetryInfo`
 * 7. the rest of the message
 * 8. the metadata of `ErrorInfo`, except the number of the error
 * 9. the names of the shed parts, which are then only counted
 *
 * Code, reason and domain stay. Their length is bounded: a reason of more than 63
 * bytes and a domain of more than 253 are never sent, because a cut name would be
 * the name of another error.
 *
 * `ErrorInfo.metadata["shed"]` tells the client what is missing. The time is linear in
 * the size of the error.
 *
 * @param message the message of the error, as well-formed text
 * @param most the size of the block in bytes, at least {@link LEAST_BUDGET}
 * @param trailers the trailers that are sent with the error
 * @param details the details to send; by default, the error's own
 */
export function fitInto(
  message: string,
  error: Packable,
  most: number,
  trailers: Block["trailers"],
  details?: readonly ErrorDetail[] | undefined,
): Fitted {
  const packed = details ? encodeDetails(details) : error.packedDetails;
  if (fits({ message, detailsLength: packed.length, trailers }, most) && isIdentityShort(error.info)) {
    return { message, details: packed, trailers, shed: NONE };
  }
  return new Shedding(error, most, message, trailers, details ?? error.errorDetails).run();
}

const NONE: readonly string[] = [];

class Shedding {
  readonly #most: number;
  readonly #note = new ShedNote();
  #message: string;
  #messageSize: TextSize;
  readonly #parts: readonly Part[];
  #partsLength: number;
  #trailers: Block["trailers"];
  #trailersSize: number;
  readonly #info: SentInfo | undefined;
  readonly #own: string | undefined;

  constructor(
    error: Packable,
    most: number,
    message: string,
    trailers: Block["trailers"],
    details: readonly ErrorDetail[],
  ) {
    this.#most = most;
    this.#message = message;
    // One that is too long is not gone through to its end.
    this.#messageSize = message.length > most ? ENDLESS : sizeOfText(message);
    this.#parts = details.map(partOf).filter(({ typeName }) => typeName !== ErrorInfo.typeName);
    this.#partsLength = this.#parts.reduce((sum, { length }) => sum + length, 0);
    this.#trailers = trailers;
    this.#trailersSize = sizeOfTrailers(trailers);
    const { info, definition } = error;
    this.#info = info && new SentInfo(info, definition?.numericCode ? definition.number : undefined);
    this.#own = definition?.detail?.typeName;
  }

  run(): Fitted {
    for (const part of this.#info?.unsendable ?? NONE) this.#note.add(part);
    for (const { typeName } of [DebugInfo, Help, LocalizedMessage]) this.#dropType(typeName);
    this.#cutMessage(FIRST_OF_MESSAGE);
    for (const part of this.#parts) this.#cutViolations(part);
    this.#dropTrailers();
    this.#dropExtras();
    if (this.#own !== undefined) this.#dropType(this.#own);
    this.#dropType(RetryInfo.typeName);
    this.#cutMessage(0);
    this.#stripInfo();
    const kept = this.#parts.filter(({ length }) => length > 0).map(({ detail }) => detail);
    const details = encodeDetails(this.#info ? [this.#info.pack(this.#note), ...kept] : kept);
    return { message: this.#message, details, trailers: this.#trailers, shed: this.#note.entries };
  }

  /** Whether the rest fits. The whole error did not. */
  get #fits(): boolean {
    return !this.#note.isEmpty && this.#fitsWith(this.#messageSize, this.#partsLength);
  }

  #fitsWith(message: TextSize, partsLength: number): boolean {
    const detailsLength = partsLength + (this.#info?.lengthWith(this.#note) ?? 0);
    return sizeOfBlock({ message, detailsLength, trailersSize: this.#trailersSize }) <= this.#most;
  }

  #dropType(typeName: string): void {
    if (this.#fits) return;
    for (const part of this.#parts) if (part.typeName === typeName) this.#drop(part);
  }

  /** Drops all details except the error's own and RetryInfo, from the last on. */
  #dropExtras(): void {
    const kept = new Set([this.#own, RetryInfo.typeName]);
    for (let index = this.#parts.length - 1; index >= 0 && !this.#fits; index--) {
      const part = this.#parts[index];
      if (part && !kept.has(part.typeName)) this.#drop(part);
    }
  }

  #drop(part: Part): void {
    if (part.length === 0) return;
    this.#setLength(part, 0);
    this.#note.add(part.typeName);
  }

  #setLength(part: Part, length: number): void {
    this.#partsLength += length - part.length;
    part.length = length;
  }

  /** Cuts the message to what fits, but never below `least` bytes. */
  #cutMessage(least: number): void {
    if (this.#fits || Buffer.byteLength(this.#message) <= least) return;
    this.#note.add("message");
    const first = cutToBytes(this.#message, least);
    const fitting = longestBeginning(this.#message, (size) => this.#fitsWith(size, this.#partsLength));
    this.#message = fitting.length > first.length ? fitting : first;
    this.#messageSize = sizeOfText(this.#message);
  }

  #cutViolations(part: Part): void {
    if (!VIOLATIONS.has(part.typeName) || this.#fits) return;
    this.#note.add(part.typeName);
    const others = this.#partsLength - part.length;
    const room = largest(part.detail.value.length, (length) =>
      this.#fitsWith(this.#messageSize, others + lengthOfDetail(part.detail, length)),
    );
    const value = cutViolations(part.detail.value, room);
    part.detail = { typeUrl: part.detail.typeUrl, value };
    this.#setLength(part, value.length > 0 ? lengthOfDetail(part.detail) : 0);
  }

  #dropTrailers(): void {
    if (this.#fits || !hasTrailers(this.#trailers)) return;
    this.#trailers = undefined;
    this.#trailersSize = 0;
    this.#note.add(TRAILERS);
  }

  /** Drops the metadata of ErrorInfo, then the names of the shed parts. */
  #stripInfo(): void {
    if (this.#fits) return;
    this.#note.add("info");
    this.#info?.strip();
    if (!this.#fits) this.#info?.shortenNote();
  }
}

const ENDLESS: TextSize = { bytes: Number.POSITIVE_INFINITY, encoded: Number.POSITIVE_INFINITY };

/** A detail and its length in a status, which is 0 once the detail is dropped. */
interface Part {
  readonly typeName: string;
  detail: ErrorDetail;
  length: number;
}

function partOf(detail: ErrorDetail): Part {
  return { typeName: typeNameOf(detail.typeUrl), detail, length: lengthOfDetail(detail) };
}

/** Returns the largest number up to `most` for which a condition holds, or 0. It must also hold for all smaller numbers. */
function largest(most: number, isTrue: (value: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isTrue(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The types of messages that consist of violations only. */
const VIOLATIONS = new Set([BadRequest.typeName, PreconditionFailure.typeName, QuotaFailure.typeName]);

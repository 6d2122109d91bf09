import { type ErrorDetail, packDetail } from "../../detail/detail.js";
import { ErrorInfo, SHED, type ShedNote } from "../../detail/error-info.js";
import { BadRequest, PreconditionFailure, QuotaFailure } from "../../detail/standard-types.js";
import { MalformedError, WireReader } from "../../wire/reader.js";
import { delimitedLength, lengthOfDetail } from "./header-size.js";

/**
 * How long a reason may be, in bytes.
 *
 * @see https://google.aip.dev/193#errorinfo
 */
const LONGEST_REASON = 63;

/** How long a domain may be, in bytes: as long as the name of a host. */
const LONGEST_DOMAIN = 253;

/** Tells whether the reason and the domain of an error can be sent. */
export function isIdentityShort(info: ErrorInfo | undefined): boolean {
  return info === undefined || (isShort(info.reason, LONGEST_REASON) && isShort(info.domain, LONGEST_DOMAIN));
}

/** The ErrorInfo of an error that loses something to the budget. */
export class SentInfo {
  /** The parts of ErrorInfo that cannot be sent at all. */
  readonly unsendable: readonly string[];
  readonly #identity: Omit<ErrorInfo, "metadata">;
  readonly #number: number | undefined;
  #metadata: Readonly<Record<string, string>>;
  /** How long the message is without the note. */
  #length = 0;
  #onlyCounts = false;

  /** @param number the number of the error, which stays for as long as there is an ErrorInfo */
  constructor({ reason, domain, metadata }: ErrorInfo, number: number | undefined) {
    const unsendable: string[] = [];
    const shortReason = isShort(reason, LONGEST_REASON);
    const shortDomain = isShort(domain, LONGEST_DOMAIN);
    if (!shortReason) unsendable.push("reason");
    if (!shortDomain) unsendable.push("domain");
    this.#identity = { reason: shortReason ? reason : "", domain: shortDomain ? domain : "" };
    this.#number = number;
    const { [SHED]: _, ...others } = metadata;
    this.#metadata = others;
    this.#measure();
    this.unsendable = unsendable;
  }

  /** Leaves out all metadata but the error's number. */
  strip(): void {
    this.#metadata = this.#number === undefined ? {} : { code: String(this.#number) };
    this.#measure();
  }

  /** From now on, the note counts what was shed, and names none of it. */
  shortenNote(): void {
    this.#onlyCounts = true;
  }

  /** The length that {@link pack} gives, as it stands in a status. */
  lengthWith(note: ShedNote): number {
    const entry = delimitedLength(SHED.length) + delimitedLength(this.#textOf(note).length);
    return lengthOfDetail(EMPTY, this.#length + delimitedLength(entry));
  }

  pack(note: ShedNote): ErrorDetail {
    return packDetail(ErrorInfo, { ...this.#identity, metadata: { ...this.#metadata, [SHED]: this.#textOf(note) } });
  }

  #measure(): void {
    this.#length = ErrorInfo.encode({ ...this.#identity, metadata: this.#metadata }).length;
  }

  #textOf(note: ShedNote): string {
    return this.#onlyCounts ? note.count : note.text;
  }
}

const EMPTY: ErrorDetail = packDetail(ErrorInfo, { reason: "", domain: "", metadata: {} });

/** Users without types may give anything as a reason. */
function isShort(text: unknown, most: number): text is string {
  return typeof text === "string" && Buffer.byteLength(text) <= most;
}

/** The beginning of a text, so many bytes of UTF-8 at most, cut between code points. */
export function cutText(text: string, bytes: number): string {
  // A character takes a byte at least. The text may be a megabyte of which a kilobyte is kept.
  const first = text.slice(0, bytes);
  const encoded = Buffer.from(first);
  if (encoded.length <= bytes) return first;
  let end = bytes;
  // A byte 10xxxxxx goes on with a code point that began before.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString("utf8", 0, end);
}

const VIOLATIONS = new Set([BadRequest.typeName, PreconditionFailure.typeName, QuotaFailure.typeName]);

/** Tells whether a message holds nothing but violations, one after the other. */
export function isViolations(typeName: string): boolean {
  return VIOLATIONS.has(typeName);
}

/** The first violations of a message, so many bytes at most; what cannot be read ends them. */
export function cutViolations(message: Uint8Array, bytes: number): Uint8Array {
  if (message.length <= bytes) return message;
  const reader = new WireReader(message);
  let end = 0;
  try {
    while (!reader.done) {
      reader.tag();
      const violation = reader.bytes();
      const next = violation.byteOffset - message.byteOffset + violation.length;
      if (next > bytes) break;
      end = next;
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
  }
  return message.subarray(0, end);
}

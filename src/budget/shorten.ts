import { delimitedLength, EMPTY, type ErrorDetail, lengthOfDetail, packDetail, typeUrlOf } from "../detail/detail.js";
import { ErrorInfo, SHED, type ShedNote } from "../detail/error-info.js";
import { MalformedError, WireReader } from "../wire/reader.js";

/**
 * The longest reason, in bytes.
 *
 * @see https://google.aip.dev/193#errorinfo
 */
const LONGEST_REASON = 63;

/** The longest domain, in bytes: that of a host name. */
const LONGEST_DOMAIN = 253;

/** Checks whether the reason and the domain of an error are short enough to be sent. */
export function isIdentityShort(info: ErrorInfo | undefined): boolean {
  return info === undefined || (isShort(info.reason, LONGEST_REASON) && isShort(info.domain, LONGEST_DOMAIN));
}

/** The ErrorInfo of an error that does not fit into the size budget. */
export class SentInfo {
  /** The names of its parts that are too long to be sent: `reason`, `domain`. */
  readonly unsendable: readonly string[];
  readonly #identity: Omit<ErrorInfo, "metadata">;
  readonly #number: number | undefined;
  #metadata: Readonly<Record<string, string>>;
  /** The length of the encoded ErrorInfo without the note. */
  #length = 0;
  #onlyCounts = false;

  /** @param number the number of the error, which is never dropped */
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

  /** Drops all metadata except the number of the error. */
  strip(): void {
    this.#metadata = this.#number === undefined ? {} : { code: String(this.#number) };
    this.#measure();
  }

  /** Makes the note count the shed parts instead of naming them. */
  shortenNote(): void {
    this.#onlyCounts = true;
  }

  /** Returns the length of {@link pack} in a status. */
  lengthWith(note: ShedNote): number {
    const entry = delimitedLength(SHED.length) + delimitedLength(this.#textOf(note).length);
    const withoutValue: ErrorDetail = { typeUrl: typeUrlOf(ErrorInfo.typeName), value: EMPTY };
    return lengthOfDetail(withoutValue, this.#length + delimitedLength(entry));
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

/** Checks a reason or a domain. JavaScript users may pass any value. */
function isShort(text: unknown, most: number): text is string {
  return typeof text === "string" && Buffer.byteLength(text) <= most;
}

/** Returns the beginning of a text with at most so many bytes of UTF-8, cut between code points. */
export function cutToBytes(text: string, bytes: number): string {
  // A character takes at least one byte. Do not encode a megabyte to keep a kilobyte of it.
  const first = text.slice(0, bytes);
  const encoded = Buffer.from(first);
  if (encoded.length <= bytes) return first;
  let end = bytes;
  // A byte 10xxxxxx continues a code point.
  while (end > 0 && ((encoded[end] ?? 0) & 0xc0) === 0x80) end--;
  return encoded.toString("utf8", 0, end);
}

/** Returns the first violations of an encoded message that fit into so many bytes. Stops at bytes that it cannot read. */
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

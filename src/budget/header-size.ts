import type { Metadata } from "@grpc/grpc-js";
import { delimitedLength } from "../detail/detail.js";
import { TRAILER } from "../status/trailer.js";

/** The parts of a status that determine the size of its header block. */
export interface Block {
  readonly message: string;
  /** The length in bytes of all details, encoded as in a `google.rpc.Status`. */
  readonly detailsLength: number;
  readonly trailers: Metadata | undefined;
}

/** The parts of a {@link Block}, measured. */
interface BlockSizes {
  readonly message: TextSize;
  readonly detailsLength: number;
  readonly trailersSize: number;
}

/**
 * Returns the size in bytes of the header block that ends a call with an error
 * before its first message. Each field counts its name, its value and 32 bytes, as
 * HTTP/2 counts `SETTINGS_MAX_HEADER_LIST_SIZE`, before compression. A block that
 * comes after messages is smaller.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2-2.12.1
 */
export function sizeOf({ message, detailsLength, trailers }: Block): number {
  return sizeOfBlock({ message: sizeOfText(message), detailsLength, trailersSize: sizeOfTrailers(trailers) });
}

/** Like {@link sizeOf}, for parts that are already measured. */
export function sizeOfBlock({ message, detailsLength, trailersSize }: BlockSizes): number {
  let size = ALWAYS + sizeOfField("grpc-message", message.encoded) + trailersSize;
  if (detailsLength > 0) {
    // The code is below 128, so it takes 2 bytes with its tag.
    size += sizeOfField(TRAILER, base64Length(2 + delimitedLength(message.bytes) + detailsLength));
  }
  return size;
}

/** Checks whether a header block fits into a size. A rough estimate decides nearly always, without counting the bytes of the message. */
export function fits(block: Block, most: number): boolean {
  const { message, detailsLength, trailers } = block;
  if (message.length + detailsLength > most) return false;
  // A character takes at most three bytes in UTF-8, and each byte at most three characters in percent-encoding.
  const bytes = message.length * 3;
  const rough = detailsLength > 0 ? detailsLength + bytes + PREFIX : 0;
  const trailersSize = sizeOfTrailers(trailers);
  return (
    sizeOfBlock({ message: NO_TEXT, detailsLength: rough, trailersSize }) + bytes * 3 <= most || sizeOf(block) <= most
  );
}

/**
 * Returns the size that trailers add to a header block. It is infinite if there
 * are too many: a client on Node refuses a block of more than 128 fields.
 */
export function sizeOfTrailers(trailers: Metadata | undefined): number {
  let size = 0;
  let fields = 0;
  for (const [name, values] of entriesOf(trailers)) {
    fields += values.length;
    for (const value of values) {
      size += sizeOfField(name, typeof value === "string" ? value.length : base64Length(value.length));
    }
  }
  return fields > MOST_TRAILERS ? Number.POSITIVE_INFINITY : size;
}

/** Returns the size of one header field. */
export function sizeOfField(name: string, valueLength: number): number {
  return name.length + valueLength + 32;
}

/** The longest tag and length. */
const PREFIX = 6;

/** Node accepts 128 fields. {@link ALWAYS}, the message, the details and the pushback take seven of them. */
const MOST_TRAILERS = 121;

/** The size of the fields that grpc-js and Node send with every error. */
const ALWAYS =
  sizeOfField(":status", 3) +
  sizeOfField("content-type", "application/grpc+proto".length) +
  sizeOfField("grpc-status", 2) +
  sizeOfField("date", 29);

/** Returns all trailers except the one with the details. */
function entriesOf(metadata: Metadata | undefined): [string, readonly (string | Buffer)[]][] {
  if (!metadata) return [];
  const names = Object.keys(metadata.getMap()).filter((name) => name !== TRAILER);
  return names.map((name) => [name, metadata.get(name)]);
}

/** Checks whether there are trailers besides the one with the details. */
export function hasTrailers(metadata: Metadata | undefined): boolean {
  return entriesOf(metadata).length > 0;
}

function base64Length(length: number): number {
  return Math.ceil(length / 3) * 4;
}

/** The size of a text in the two encodings that a header block has. */
export interface TextSize {
  /** The bytes in UTF-8, as in the trailer. */
  readonly bytes: number;
  /** The characters after `encodeURI`, as grpc-js sends `grpc-message`. */
  readonly encoded: number;
}

const NO_TEXT: TextSize = { bytes: 0, encoded: 0 };

/** Returns the size of a text. A lone surrogate counts as U+FFFD, which replaces it on the wire. */
export function sizeOfText(text: string): TextSize {
  const bytes = Buffer.byteLength(text);
  let encoded = bytes * 3;
  for (const { length } of text.match(UNCHANGED) ?? []) encoded -= length * 2;
  return { bytes, encoded };
}

/**
 * Returns the longest beginning of a well-formed text that fits, cut between code
 * points. Reads only that part of the text.
 *
 * @param fits checks a size; if it accepts a size, it must accept every smaller one
 */
export function longestBeginning(text: string, fits: (size: TextSize) => boolean): string {
  const unchanged = unchangedPoints();
  let end = 0;
  let bytes = 0;
  let encoded = 0;
  while (end < text.length) {
    const point = text.codePointAt(end) ?? 0;
    const width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    bytes += width;
    encoded += unchanged[point] ? 1 : width * 3;
    if (!fits({ bytes, encoded })) break;
    end += point < 0x10000 ? 1 : 2;
  }
  return text.slice(0, end);
}

/** Runs of characters that `encodeURI` leaves unchanged. */
const UNCHANGED = /[A-Za-z0-9;,/?:@&=+$\-_.!~*'()#]+/g;

/** Whether `encodeURI` leaves a character unchanged, by its code point. */
let isUnchanged: readonly boolean[] | undefined;

function unchangedPoints(): readonly boolean[] {
  isUnchanged ??= Array.from({ length: 0x80 }, (_, point) => {
    const text = String.fromCharCode(point);
    return encodeURI(text) === text;
  });
  return isUnchanged;
}

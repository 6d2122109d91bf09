import type { Metadata } from "@grpc/grpc-js";
import type { ErrorDetail } from "../../detail/detail.js";
import { TRAILER } from "../../status/trailer.js";

/** The parts of a status that its size comes from. */
export interface Block {
  readonly message: string;
  /** The length of all details as bytes, as they stand in a status. */
  readonly detailsLength: number;
  readonly trailers: Metadata | undefined;
}

/** The sizes of the parts of a status. */
interface BlockSizes {
  readonly message: TextSize;
  readonly detailsLength: number;
  readonly trailersSize: number;
}

/**
 * The size of the header block that ends a call with an error before its first
 * message, in bytes: name, value and 32 for each field, as HTTP/2 counts it for
 * `SETTINGS_MAX_HEADER_LIST_SIZE`, before any compression. A block that comes
 * after messages is smaller.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-6.5.2-2.12.1
 */
export function sizeOf({ message, detailsLength, trailers }: Block): number {
  return sizeOfBlock({ message: sizeOfText(message), detailsLength, trailersSize: sizeOfTrailers(trailers) });
}

/** As {@link sizeOf}, of parts that were measured before. */
export function sizeOfBlock({ message, detailsLength, trailersSize }: BlockSizes): number {
  let size = ALWAYS + sizeOfField("grpc-message", message.encoded) + trailersSize;
  if (detailsLength > 0) {
    // The code is below 128.
    size += sizeOfField(TRAILER, base64Length(2 + delimitedLength(message.bytes) + detailsLength));
  }
  return size;
}

/** Tells whether a header block keeps to a size. Nearly all do or do not by far, and nobody has to count the message's bytes. */
export function fits(block: Block, most: number): boolean {
  const { message, detailsLength, trailers } = block;
  if (message.length + detailsLength > most) return false;
  // A character takes three bytes at most, and a byte three characters.
  const bytes = message.length * 3;
  const rough = { message: "", detailsLength: detailsLength > 0 ? detailsLength + bytes + PREFIX : 0, trailers };
  return sizeOf(rough) + bytes * 3 <= most || sizeOf(block) <= most;
}

/**
 * What trailers add to the size of a header block. Too many do not fit into any:
 * a client on Node refuses a block of more than 128 fields.
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

/** The size of one field. */
export function sizeOfField(name: string, valueLength: number): number {
  return name.length + valueLength + 32;
}

/** A tag and a length, at most. */
const PREFIX = 6;

/** Node takes 128 fields. Those in {@link ALWAYS}, the message, the details and the pushback are seven of them. */
const MOST_TRAILERS = 121;

/** What grpc-js and Node send with every error. */
const ALWAYS =
  sizeOfField(":status", 3) +
  sizeOfField("content-type", "application/grpc+proto".length) +
  sizeOfField("grpc-status", 2) +
  sizeOfField("date", 29);

/** All trailers but the one that has the details. */
function entriesOf(metadata: Metadata | undefined): [string, readonly (string | Buffer)[]][] {
  if (!metadata) return [];
  const names = Object.keys(metadata.getMap()).filter((name) => name !== TRAILER);
  return names.map((name) => [name, metadata.get(name)]);
}

/** Tells whether there are any trailers beside the one that has the details. */
export function hasTrailers(metadata: Metadata | undefined): boolean {
  return entriesOf(metadata).length > 0;
}

/** The length of details as bytes, as they stand in a status. */
export function lengthOf(details: readonly ErrorDetail[]): number {
  let length = 0;
  for (const detail of details) length += lengthOfDetail(detail);
  return length;
}

/**
 * The length of one detail as bytes, as it stands in a status.
 *
 * @param valueLength the length of its value, if it is to have another
 */
export function lengthOfDetail({ typeUrl, value }: ErrorDetail, valueLength = value.length): number {
  const any = delimitedLength(Buffer.byteLength(typeUrl)) + delimitedLength(valueLength);
  // One that is empty is there all the same.
  return any === 0 ? 2 : delimitedLength(any);
}

/** The length of a field with its tag and its own length; an empty one is left out. */
export function delimitedLength(length: number): number {
  if (length === 0) return 0;
  let prefix = 2;
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) prefix++;
  return prefix + length;
}

function base64Length(length: number): number {
  return Math.ceil(length / 3) * 4;
}

/** The size of a text in the two forms in which a header block has it. */
export interface TextSize {
  /** In UTF-8, as in the trailer. */
  readonly bytes: number;
  /** Percent-encoded by `encodeURI`, as grpc-js sends `grpc-message`. */
  readonly encoded: number;
}

/** The size of a text. A lone surrogate counts as U+FFFD, which is sent in its place. */
export function sizeOfText(text: string): TextSize {
  const bytes = Buffer.byteLength(text);
  let encoded = bytes * 3;
  for (const { length } of text.match(UNCHANGED) ?? []) encoded -= length * 2;
  return { bytes, encoded };
}

/**
 * The longest beginning of a well-formed text that fits, cut between code
 * points. Looks at no more of the text than that.
 *
 * @param fits must not take a longer beginning where it refuses a shorter one
 */
export function longestBeginning(text: string, fits: (size: TextSize) => boolean): string {
  let end = 0;
  let bytes = 0;
  let encoded = 0;
  while (end < text.length) {
    const point = text.codePointAt(end) ?? 0;
    const width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    bytes += width;
    encoded += IS_UNCHANGED[point] ? 1 : width * 3;
    if (!fits({ bytes, encoded })) break;
    end += point < 0x10000 ? 1 : 2;
  }
  return text.slice(0, end);
}

/** Runs of what `encodeURI` leaves as it is. */
const UNCHANGED = /[A-Za-z0-9;,/?:@&=+$\-_.!~*'()#]+/g;

/** By code point. */
const IS_UNCHANGED: readonly boolean[] = Array.from({ length: 0x80 }, (_, point) => {
  const text = String.fromCharCode(point);
  return encodeURI(text) === text;
});

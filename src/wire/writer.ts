import { allocate, isBytes, writable, writeUtf8 } from "../platform/bytes.js";

/**
 * Writes protobuf, with the methods of `BinaryWriter` of `@bufbuild/protobuf`,
 * for which ts-proto generates its code. Needs a third of that one's time,
 * because its memory is used again and is Node's.
 *
 * Throws for a value that its field cannot hold.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  #bytes = writable(INITIAL_SIZE);
  #view: DataView | undefined;
  #pos = 0;
  readonly #forks: number[] = [];

  /** A tag, or a varint of up to 32 bits. */
  uint32(value: number): this {
    if (value >>> 0 !== value) throw new TypeError("not an unsigned number of 32 bits");
    this.#reserve(5);
    this.#varint32(value);
    return this;
  }

  /** A varint; a negative number takes ten bytes, as the format has it. */
  int32(value: number): this {
    if ((value | 0) !== value) throw new TypeError("not a number of 32 bits");
    return value < 0 ? this.#varint64(value >>> 0, 0xffffffff) : this.uint32(value);
  }

  sint32(value: number): this {
    if ((value | 0) !== value) throw new TypeError("not a number of 32 bits");
    return this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  int64(given: Integer64): this {
    const value = BigInt(given);
    if (BigInt.asIntN(64, value) !== value) throw new TypeError("not a number of 64 bits");
    return this.#varint64OfBigInt(value);
  }

  uint64(given: Integer64): this {
    const value = BigInt(given);
    if (BigInt.asUintN(64, value) !== value) throw new TypeError("not an unsigned number of 64 bits");
    return this.#varint64OfBigInt(value);
  }

  sint64(given: Integer64): this {
    const value = BigInt(given);
    if (BigInt.asIntN(64, value) !== value) throw new TypeError("not a number of 64 bits");
    word.setBigInt64(0, value, true);
    const low = word.getInt32(0, true);
    const high = word.getInt32(4, true);
    const sign = high >> 31;
    return this.#varint64(((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0);
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0);
  }

  fixed32(value: number): this {
    if (value >>> 0 !== value) throw new TypeError("not an unsigned number of 32 bits");
    this.#fixed(4).setUint32(this.#pos - 4, value, true);
    return this;
  }

  sfixed32(value: number): this {
    if ((value | 0) !== value) throw new TypeError("not a number of 32 bits");
    this.#fixed(4).setInt32(this.#pos - 4, value, true);
    return this;
  }

  fixed64(given: Integer64): this {
    const value = BigInt(given);
    if (BigInt.asUintN(64, value) !== value) throw new TypeError("not an unsigned number of 64 bits");
    this.#fixed(8).setBigUint64(this.#pos - 8, value, true);
    return this;
  }

  sfixed64(given: Integer64): this {
    const value = BigInt(given);
    if (BigInt.asIntN(64, value) !== value) throw new TypeError("not a number of 64 bits");
    this.#fixed(8).setBigInt64(this.#pos - 8, value, true);
    return this;
  }

  float(value: number): this {
    if (typeof value !== "number") throw new TypeError("not a number");
    const isTooLarge = Number.isFinite(value) && !Number.isFinite(Math.fround(value));
    if (isTooLarge) throw new TypeError("not a number of 32 bits");
    this.#fixed(4).setFloat32(this.#pos - 4, value, true);
    return this;
  }

  double(value: number): this {
    if (typeof value !== "number") throw new TypeError("not a number");
    this.#fixed(8).setFloat64(this.#pos - 8, value, true);
    return this;
  }

  /** Text with its length. A lone surrogate becomes U+FFFD. */
  string(value: string): this {
    if (typeof value !== "string") throw new TypeError("not a string");
    const { length } = value;
    this.#reserve(length * 3 + 5);
    if (length < SHORT && this.#ascii(value)) return this;
    // Nearly all text is ASCII, and its length in bytes that of the string.
    const start = this.#pos;
    const guess = varintLength(length);
    const written = writeUtf8(value, this.#bytes, start + guess);
    this.#putLength(start, guess, written);
    return this;
  }

  /** Bytes with their length. */
  bytes(value: Uint8Array): this {
    if (!isBytes(value)) throw new TypeError("not bytes");
    return this.uint32(value.length).raw(value);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#pos);
    this.#pos += value.length;
    return this;
  }

  /** Begins a message in the message; {@link join} ends it. */
  fork(): this {
    this.#reserve(1);
    this.#forks.push(this.#pos++);
    return this;
  }

  /** Ends what {@link fork} began, and puts its length before it. */
  join(): this {
    const start = this.#forks.pop();
    if (start === undefined) throw new TypeError("there is no message to end");
    const length = this.#pos - start - 1;
    this.#reserve(4);
    this.#putLength(start, 1, length);
    return this;
  }

  /** Where the next byte goes. */
  get length(): number {
    return this.#pos;
  }

  /** How many messages were begun and are not ended. */
  get depth(): number {
    return this.#forks.length;
  }

  /** Forgets what was written from a place on, and the messages that were begun there. */
  cut(length: number): void {
    this.#pos = length;
    while ((this.#forks.at(-1) ?? -1) >= length) this.#forks.pop();
  }

  /** All that was written, in memory of its own. The writer is empty after it, and may serve others. */
  finish(): Uint8Array {
    if (this.#forks.length > 0) throw new TypeError("a message is not ended");
    const bytes = allocate(this.#pos);
    bytes.set(this.#bytes.subarray(0, this.#pos));
    this.#pos = 0;
    if (this.#bytes.length <= MOST_KEPT) spare = this;
    return bytes;
  }

  #ascii(text: string): boolean {
    const bytes = this.#bytes;
    let at = this.#pos;
    bytes[at++] = text.length;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      bytes[at++] = unit;
    }
    this.#pos = at;
    return true;
  }

  /** Puts the length before what was written behind it, with so much room left for it. */
  #putLength(start: number, room: number, length: number): void {
    const needed = varintLength(length);
    const from = start + room;
    if (needed > room) this.#bytes.copyWithin(start + needed, from, from + length);
    this.#pos = start;
    this.#varint32(length);
    this.#pos += length;
  }

  #varint32(value: number): void {
    const bytes = this.#bytes;
    let at = this.#pos;
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
    bytes[at++] = rest;
    this.#pos = at;
  }

  #varint64OfBigInt(value: bigint): this {
    word.setBigInt64(0, value, true);
    return this.#varint64(word.getUint32(0, true), word.getUint32(4, true));
  }

  #varint64(low: number, high: number): this {
    this.#reserve(10);
    let lower = low;
    let upper = high;
    while (upper > 0) {
      this.#bytes[this.#pos++] = (lower & 0x7f) | 0x80;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.#varint32(lower);
    return this;
  }

  /** Makes room for so many bytes, and passes over them. */
  #fixed(length: number): DataView {
    this.#reserve(length);
    this.#pos += length;
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  #reserve(count: number): void {
    if (this.#pos + count <= this.#bytes.length) return;
    const grown = writable(Math.max(this.#pos + count, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#pos));
    this.#bytes = grown;
    this.#view = undefined;
  }
}

/** What a number of 64 bits is taken apart in: several times faster than to shift a bigint. */
const word = new DataView(new ArrayBuffer(8));

/** An integer of 64 bits, in all the shapes that ts-proto can be told to have them. */
type Integer64 = bigint | number | string;

/** More than nearly every error needs. */
const INITIAL_SIZE = 2048;

/** What a writer keeps for the next message, at most. */
const MOST_KEPT = 65_536;

/** Up to here, going through a string is faster than calling what Node is made of. */
const SHORT = 24;

function varintLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}

let spare: WireWriter | undefined;

/** An empty writer: one that has finished, if there is one. */
export function takeWriter(): WireWriter {
  const writer = spare ?? new WireWriter();
  // What is written may be objects of the user's, whose getters may write in their turn.
  spare = undefined;
  return writer;
}

type Encode<T> = (message: T) => Uint8Array;
type Write<T> = (message: T, writer: WireWriter) => void;

/**
 * How the codecs of this package write a message among others, by their
 * `encode`: so that a codec made from one of them, with another `encode`, has none.
 */
const writes = new WeakMap<Encode<never>, Write<never>>();

/** The `encode` of a codec that can write into any place. */
export function writing<T>(write: Write<T>, encode: Encode<T> = (message) => written(write, message)): Encode<T> {
  writes.set(encode, write);
  return encode;
}

/** Writes a message among others by the `encode` of its codec; none if it cannot. May throw, with a part written. */
export function writeOf<T>(encode: Encode<T>): Write<T> | undefined {
  return writes.get(encode) as Write<T> | undefined;
}

function written<T>(write: Write<T>, message: T): Uint8Array {
  const writer = takeWriter();
  write(message, writer);
  return writer.finish();
}

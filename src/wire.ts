/**
 * Protobuf's wire format, as far as an error's envelope needs it.
 *
 * The bytes come from the network: every length is checked before it is
 * followed, and a field costs no more than the bytes it stands in.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */

/** Bytes that are not what they ought to be. Never leaves this package. */
export class MalformedError extends Error {}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const MAX_GROUP_DEPTH = 100;

/** The tag of a length-delimited field. */
export function delimited(field: number): number {
  return (field << 3) | DELIMITED;
}

/** The tag of a varint field. */
export function varint(field: number): number {
  return (field << 3) | VARINT;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function decode(bytes: Uint8Array, start: number, end: number): string {
  // Several times faster than a TextDecoder for the short texts that errors have.
  if (typeof Buffer !== "undefined" && bytes instanceof Buffer) return bytes.toString("utf8", start, end);
  return decoder.decode(bytes.subarray(start, end));
}

const encoder = new TextEncoder();

/** Reads the fields of one message, in order. */
export class WireReader {
  #pos = 0;
  readonly #source: Uint8Array;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  get done(): boolean {
    return this.#pos >= this.#source.length;
  }

  /** The tag of the next field. */
  tag(): number {
    const tag = this.#varint32();
    if (tag >>> 3 === 0) throw new MalformedError("a field has the number 0");
    return tag;
  }

  /** The low 32 bits of a varint, signed. */
  int32(): number {
    return this.#varint32() | 0;
  }

  /** A view of a length-delimited field; the bytes are not copied. */
  bytes(): Uint8Array {
    const length = this.#varint32() >>> 0;
    return this.#source.subarray(this.#pos, this.#advance(length));
  }

  /** A string. What is not UTF-8 in it becomes U+FFFD. */
  string(): string {
    const length = this.#varint32() >>> 0;
    const start = this.#pos;
    return decode(this.#source, start, this.#advance(length));
  }

  /** Passes over a field that is not needed. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case VARINT:
        this.#varint32();
        return;
      case FIXED64:
        this.#advance(8);
        return;
      case DELIMITED:
        this.bytes();
        return;
      case FIXED32:
        this.#advance(4);
        return;
      case START_GROUP:
        this.#skipGroup(tag >>> 3, depth + 1);
        return;
      default:
        throw new MalformedError(`a field has the wire type ${tag & 7}`);
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw new MalformedError("groups are nested too deep");
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== END_GROUP) this.skip(tag, depth);
      else if (tag >>> 3 === field) return;
      else throw new MalformedError("a group ends that did not begin");
    }
  }

  #advance(length: number): number {
    const end = this.#pos + length;
    if (end > this.#source.length) throw new MalformedError("a field is longer than what is left");
    this.#pos = end;
    return end;
  }

  #varint32(): number {
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#source[this.#pos++];
      if (byte === undefined) throw new MalformedError("the bytes end inside a number");
      if (shift < 32) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw new MalformedError("a number is longer than ten bytes");
  }
}

/**
 * Writes the fields of one message from its last to its first: what a field
 * holds is there before its length has to be told.
 */
export class WireWriter {
  #buffer = allocate(256);
  #start = this.#buffer.length;

  /** How many bytes were written. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  /** A varint field. Negative numbers take ten bytes, as the format has it. */
  int32(field: number, value: number): this {
    if (value >= 0) {
      this.#varint(value);
    } else {
      this.#reserve(10);
      // The sign fills 64 bits: nine groups of seven, and one bit.
      this.#buffer[--this.#start] = 0x01;
      for (let shift = 56; shift >= 0; shift -= 7) {
        this.#buffer[--this.#start] = (value >> Math.min(shift, 31)) | 0x80;
      }
    }
    this.#varint(varint(field));
    return this;
  }

  /** A string field. A lone surrogate becomes U+FFFD. */
  string(field: number, value: string): this {
    const length = value.length;
    this.#reserve(length);
    const end = this.#start;
    for (let index = length - 1; index >= 0; index--) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) {
        this.#start = end;
        return this.bytes(field, encoder.encode(value));
      }
      this.#buffer[--this.#start] = unit;
    }
    return this.delimit(field, this.#buffer.length - end);
  }

  /** A field of bytes, or a message that is packed already. */
  bytes(field: number, value: Uint8Array): this {
    const before = this.length;
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
    return this.delimit(field, before);
  }

  /** Makes one field of all that was written since the message had a length. */
  delimit(field: number, before: number): this {
    this.#varint(this.length - before);
    this.#varint(delimited(field));
    return this;
  }

  /** All that was written, in memory of its own. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    bytes.set(this.#buffer.subarray(this.#start));
    return bytes;
  }

  #varint(value: number): void {
    this.#reserve(5);
    let rest = value >>> 0;
    const length = rest < 0x80 ? 1 : rest < 0x4000 ? 2 : rest < 0x200000 ? 3 : rest < 0x10000000 ? 4 : 5;
    this.#start -= length;
    for (let at = this.#start; rest > 0x7f; at++) {
      this.#buffer[at] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#start + length - 1] = rest;
  }

  #reserve(count: number): void {
    if (count <= this.#start) return;
    const { length } = this;
    const grown = allocate(Math.max(length + count, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(this.#start), grown.length - length);
    this.#buffer = grown;
    this.#start = grown.length - length;
  }
}

/** Node's buffers come from a pool, where others are cleared and collected one by one. */
const allocate: (length: number) => Uint8Array =
  typeof Buffer === "undefined" ? (length) => new Uint8Array(length) : (length) => Buffer.allocUnsafe(length);

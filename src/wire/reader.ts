import { readUtf8, utf8Of } from "../platform/bytes.js";
import { constructWithoutStack } from "../platform/stack.js";

/**
 * Reads the fields of one protobuf message, in order.
 *
 * The bytes come from the network. Every length is checked before it is used, and reading a field takes time
 * proportional to its bytes.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #pos: number;

  /**
   * @param start where the first field begins
   * @param end where the last field ends
   */
  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#pos = start;
    this.#end = end;
  }

  /** Whether all fields are read. */
  get done(): boolean {
    return this.#pos >= this.#end;
  }

  /** The place in the bytes where the next field begins. */
  get position(): number {
    return this.#pos;
  }

  /** Reads the tag of the next field. */
  tag(): number {
    const tag = this.#varint32();
    if (tag >>> 3 === 0) throw malformed("a field has number 0");
    return tag;
  }

  /** Reads the low 32 bits of a varint, signed. */
  int32(): number {
    return this.#varint32() | 0;
  }

  /** Skips a length-delimited field. Returns the place where its content begins; it ends at {@link position}. */
  delimited(): number {
    const length = this.#varint32() >>> 0;
    const start = this.#pos;
    this.#advance(length);
    return start;
  }

  /** Returns a view of a length-delimited field, not a copy. */
  bytes(): Uint8Array {
    const start = this.delimited();
    return this.#bytes.subarray(start, this.#pos);
  }

  /** Reads a string. Bytes that are not UTF-8 become U+FFFD. */
  string(): string {
    const start = this.delimited();
    return readUtf8(this.#bytes, start, this.#pos);
  }

  /** Reads a string and refuses bytes that are not UTF-8. */
  utf8(): string {
    const start = this.#pos;
    const text = this.string();
    if (text.includes(REPLACED)) {
      this.#pos = start;
      if (!isEqual(this.bytes(), utf8Of(text))) throw malformed("a text is not UTF-8");
    }
    return text;
  }

  /** Skips a field. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case VARINT:
        this.#varint32();
        return;
      case FIXED64:
        this.#advance(8);
        return;
      case DELIMITED:
        this.delimited();
        return;
      case FIXED32:
        this.#advance(4);
        return;
      case START_GROUP:
        this.#skipGroup(tag >>> 3, depth + 1);
        return;
      default:
        throw malformed(`a field has wire type ${tag & 7}`);
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw malformed("groups are nested more than 100 deep");
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== END_GROUP) this.skip(tag, depth);
      else if (tag >>> 3 === field) return;
      else throw malformed("a group ends that did not begin");
    }
  }

  #advance(length: number): void {
    const end = this.#pos + length;
    if (end > this.#end) throw malformed("a field is longer than the remaining bytes");
    this.#pos = end;
  }

  #varint32(): number {
    const first = this.#bytes[this.#pos] ?? 0x80;
    if (first > 0x7f || this.#pos >= this.#end) return this.#longVarint32();
    this.#pos++;
    return first;
  }

  #longVarint32(): number {
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#pos >= this.#end) throw malformed("the bytes end inside a number");
      const byte = this.#bytes[this.#pos++] ?? 0;
      if (shift < 32) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw malformed("a number is longer than ten bytes");
  }
}

/** Thrown for bytes that are not a protobuf message. Never leaves this package. */
export class MalformedError extends Error {}

/** Returns a {@link MalformedError} without a stack: a peer may cause thousands, and recording stacks takes longest. */
export function malformed(message: string): MalformedError {
  return constructWithoutStack(MalformedError, [message], MalformedError);
}

/** Returns the tag of a length-delimited field. */
export function delimited(field: number): number {
  return (field << 3) | DELIMITED;
}

/** Checks whether a tag is that of a length-delimited field. */
export function isDelimited(tag: number): boolean {
  return (tag & 7) === DELIMITED;
}

/** Returns the tag of a varint field. */
export function varint(field: number): number {
  return (field << 3) | VARINT;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const MAX_GROUP_DEPTH = 100;

/** Stands for bytes that are not UTF-8, or for itself. */
const REPLACED = "\ufffd";

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

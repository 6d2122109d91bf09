import { readUtf8, utf8Of } from "../platform/bytes.js";
import { constructWithoutStack } from "../platform/stack.js";

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

/** What is thrown at bytes that are not what they ought to be. A peer may send thousands, and a stack for each takes longest. */
export function malformed(message: string): MalformedError {
  return constructWithoutStack(MalformedError, [message], MalformedError);
}

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

/** Stands for what is not UTF-8, or for itself. */
const REPLACED = "\ufffd";

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

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

  /** Where the next field begins. */
  get position(): number {
    return this.#pos;
  }

  /** The tag of the next field. */
  tag(): number {
    const tag = this.#varint32();
    if (tag >>> 3 === 0) throw malformed("a field has the number 0");
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
    return readUtf8(this.#source, start, this.#advance(length));
  }

  /** A string that must be UTF-8. */
  utf8(): string {
    const start = this.#pos;
    const text = this.string();
    if (text.includes(REPLACED)) {
      this.#pos = start;
      if (!isEqual(this.bytes(), utf8Of(text))) throw malformed("a text is not UTF-8");
    }
    return text;
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
        throw malformed(`a field has the wire type ${tag & 7}`);
    }
  }

  #skipGroup(field: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw malformed("groups are nested too deep");
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) !== END_GROUP) this.skip(tag, depth);
      else if (tag >>> 3 === field) return;
      else throw malformed("a group ends that did not begin");
    }
  }

  #advance(length: number): number {
    const end = this.#pos + length;
    if (end > this.#source.length) throw malformed("a field is longer than what is left");
    this.#pos = end;
    return end;
  }

  #varint32(): number {
    let result = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#source[this.#pos++];
      if (byte === undefined) throw malformed("the bytes end inside a number");
      if (shift < 32) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw malformed("a number is longer than ten bytes");
  }
}

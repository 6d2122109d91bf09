import { readUtf8 } from "../platform/bytes.js";
import { constructWithoutStack } from "../platform/stack.js";
import { BinaryReader, type FieldReader } from "./generated-code.js";

// As in Node, in a third of the size: the reader of generated code, which is in every bundle, reads the values.

export class WireReader {
  readonly #values: FieldReader;

  constructor(bytes: Uint8Array) {
    this.#values = new BinaryReader(bytes);
  }

  get done(): boolean {
    return this.position >= this.#values.len;
  }

  get position(): number {
    return this.#values.pos;
  }

  tag(): number {
    const tag = this.int32();
    if (tag >>> 3 === 0) throw malformed("a field has number 0");
    return tag;
  }

  int32(): number {
    return this.#read((values) => values.int32());
  }

  bytes(): Uint8Array {
    return this.#read((values) => values.bytes());
  }

  string(): string {
    const bytes = this.bytes();
    return readUtf8(bytes, 0, bytes.length);
  }

  utf8(): string {
    const bytes = this.bytes();
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw malformed("a text is not UTF-8");
    }
  }

  skip(tag: number, depth = 0): void {
    if ((tag & 7) === VARINT) this.int32();
    else if ((tag & 7) === START_GROUP) this.#skipGroup(tag >>> 3, depth + 1);
    else this.#read((values) => values.skip(tag & 7));
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

  /** Reads a value. The reader of generated code throws a RangeError for bytes that have none. */
  #read<T>(read: (values: FieldReader) => T): T {
    try {
      return read(this.#values);
    } catch (error) {
      throw malformed((error as RangeError).message);
    }
  }
}

export class MalformedError extends Error {}

export function malformed(message: string): MalformedError {
  return constructWithoutStack(MalformedError, [message], MalformedError);
}

export function delimited(field: number): number {
  return (field << 3) | DELIMITED;
}

export function varint(field: number): number {
  return (field << 3) | VARINT;
}

const VARINT = 0;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;

const MAX_GROUP_DEPTH = 100;

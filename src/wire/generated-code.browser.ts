import { readUtf8 } from "../platform/bytes.js";
import type { FieldReader } from "./generated-code.js";
import { passed, skipField } from "./skipped-field.js";

export type { FieldReader } from "./generated-code.js";
export { WireWriter as BinaryWriter } from "./writer.js";

/** As in Node, in two thirds of the size and slower: every number is a bigint first. */
export class BinaryReader implements FieldReader {
  readonly buf: Uint8Array;
  readonly len: number;
  pos = 0;

  constructor(bytes: Uint8Array) {
    this.buf = bytes;
    this.len = bytes.length;
    // Generated code makes its own reader of one that another copy of the library made.
    if (this.len === undefined) throw new TypeError("not bytes");
  }

  uint32(): number {
    return Number(BigInt.asUintN(32, this.#varint()));
  }

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.#varint());
  }

  uint64(): bigint {
    return BigInt.asUintN(64, this.#varint());
  }

  sint64(): bigint {
    const value = this.uint64();
    return (value >> 1n) ^ -(value & 1n);
  }

  bool(): boolean {
    return this.uint64() !== 0n;
  }

  fixed32(): number {
    return this.#fixed(4).getUint32(0, true);
  }

  sfixed32(): number {
    return this.#fixed(4).getInt32(0, true);
  }

  fixed64(): bigint {
    return this.#fixed(8).getBigUint64(0, true);
  }

  sfixed64(): bigint {
    return this.#fixed(8).getBigInt64(0, true);
  }

  float(): number {
    return this.#fixed(4).getFloat32(0, true);
  }

  double(): number {
    return this.#fixed(8).getFloat64(0, true);
  }

  bytes(): Uint8Array {
    const start = passed(this, this.uint32());
    return this.buf.subarray(start, this.pos);
  }

  string(): string {
    const length = this.uint32();
    if (this.pos + length > this.len) throw new RangeError("the bytes end inside a string");
    const start = passed(this, length);
    return readUtf8(this.buf, start, this.pos);
  }

  skip(wireType: number, field?: number, depth = 0): void {
    skipField(this, wireType, field, depth);
  }

  #fixed(length: number): DataView {
    const start = passed(this, length);
    return new DataView(this.buf.buffer, this.buf.byteOffset + start);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.buf[this.pos++];
      if (byte === undefined) throw new RangeError("the bytes end inside a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number is longer than ten bytes");
  }
}

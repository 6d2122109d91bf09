import { isBytes, utf8Of } from "../platform/bytes.js";

// As in Node, in half the size and slower: the bytes are a list of numbers.

export class WireWriter {
  #bytes: number[] = [];
  /** Where the nested messages begin that are not ended, with a byte that their length replaces. */
  #forks: number[] = [];

  uint32(value: number): this {
    return this.#integer(value, value >>> 0 === value, "not an unsigned 32-bit integer");
  }

  int32(value: number): this {
    return this.#integer(value, (value | 0) === value, NOT_INT32);
  }

  sint32(value: number): this {
    const isFine = (value | 0) === value;
    return this.#integer(isFine ? ((value << 1) ^ (value >> 31)) >>> 0 : 0, isFine, NOT_INT32);
  }

  int64(given: Integer64): this {
    return this.#varint(signed(given));
  }

  uint64(given: Integer64): this {
    return this.#varint(unsigned(given));
  }

  sint64(given: Integer64): this {
    const value = signed(given);
    return this.#varint((value << 1n) ^ (value >> 63n));
  }

  bool(value: boolean): this {
    return this.#integer(Number(value), typeof value === "boolean", "not a boolean");
  }

  fixed32(value: number): this {
    check(value >>> 0 === value, "not an unsigned 32-bit integer");
    return this.#fixed(4, (view) => view.setUint32(0, value, true));
  }

  sfixed32(value: number): this {
    check((value | 0) === value, NOT_INT32);
    return this.#fixed(4, (view) => view.setInt32(0, value, true));
  }

  fixed64(given: Integer64): this {
    const value = unsigned(given);
    return this.#fixed(8, (view) => view.setBigUint64(0, value, true));
  }

  sfixed64(given: Integer64): this {
    const value = signed(given);
    return this.#fixed(8, (view) => view.setBigInt64(0, value, true));
  }

  float(value: number): this {
    check(typeof value === "number", NOT_NUMBER);
    check(!Number.isFinite(value) || Number.isFinite(Math.fround(value)), "too large for a 32-bit float");
    return this.#fixed(4, (view) => view.setFloat32(0, value, true));
  }

  double(value: number): this {
    check(typeof value === "number", NOT_NUMBER);
    return this.#fixed(8, (view) => view.setFloat64(0, value, true));
  }

  string(value: string): this {
    check(typeof value === "string", "not a string");
    return this.bytes(utf8Of(value));
  }

  bytes(value: Uint8Array): this {
    check(isBytes(value), "not bytes");
    return this.uint32(value.length).raw(value);
  }

  raw(value: Iterable<number>): this {
    for (const byte of value) this.#bytes.push(byte);
    return this;
  }

  fork(): this {
    this.#forks.push(this.#bytes.push(0) - 1);
    return this;
  }

  join(): this {
    const start = this.#forks.pop();
    if (start === undefined) throw new TypeError("join() without fork()");
    const content = this.#bytes.splice(start + 1);
    this.#bytes.pop();
    return this.uint32(content.length).raw(content);
  }

  get length(): number {
    return this.#bytes.length;
  }

  get depth(): number {
    return this.#forks.length;
  }

  cut(length: number): void {
    this.#bytes.length = length;
    this.#forks = this.#forks.filter((start) => start < length);
  }

  finish(): Uint8Array {
    if (this.depth > 0) throw new TypeError("fork() without join()");
    return Uint8Array.from(this.#bytes);
  }

  #integer(value: number, isFine: boolean, problem: string): this {
    check(isFine, problem);
    if (value < 0) return this.#varint(BigInt(value));
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#bytes.push((rest & 0x7f) | 0x80);
    this.#bytes.push(rest);
    return this;
  }

  #varint(value: bigint): this {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes.push(Number(rest & 0x7fn) | 0x80);
    this.#bytes.push(Number(rest));
    return this;
  }

  #fixed(length: number, set: (view: DataView) => void): this {
    const bytes = new Uint8Array(length);
    set(new DataView(bytes.buffer));
    return this.raw(bytes);
  }
}

export class UnwritableError extends TypeError {}

type Integer64 = bigint | number | string;

const NOT_INT32 = "not a 32-bit integer";
const NOT_NUMBER = "not a number";

function check(isFine: boolean, problem: string): void {
  if (!isFine) throw new UnwritableError(problem);
}

function signed(given: Integer64): bigint {
  const value = BigInt(given);
  check(BigInt.asIntN(64, value) === value, "not a 64-bit integer");
  return value;
}

function unsigned(given: Integer64): bigint {
  const value = BigInt(given);
  check(BigInt.asUintN(64, value) === value, "not an unsigned 64-bit integer");
  return value;
}

export function takeWriter(): WireWriter {
  return new WireWriter();
}

type Encode<T> = (message: T) => Uint8Array;
type Write<T> = (message: T, writer: WireWriter) => void;

const writes = new WeakMap<Encode<never>, Write<never>>();

export function writing<T>(write: Write<T>, encode: Encode<T> = (message) => written(write, message)): Encode<T> {
  writes.set(encode, write);
  return encode;
}

export function writeOf<T>(encode: Encode<T>): Write<T> | undefined {
  return writes.get(encode) as Write<T> | undefined;
}

function written<T>(write: Write<T>, message: T): Uint8Array {
  const writer = new WireWriter();
  write(message, writer);
  return writer.finish();
}

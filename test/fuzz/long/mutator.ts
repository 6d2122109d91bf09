/** A random number generator that repeats its numbers for the same seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** An integer from 0 up to, but not including, a limit. */
  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  one<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }
}

/** Bytes that mean something to a protobuf reader: tags, small lengths, beginnings of long numbers. */
const MEANINGFUL: readonly [number, ...number[]] = [0x00, 0x08, 0x0a, 0x0b, 0x0c, 0x12, 0x1a, 0x22, 0x7f, 0x80, 0xff];

/** Pieces that break readers: overlong and negative lengths, groups, invalid UTF-8, special names. */
const PIECES: readonly [Buffer, ...Buffer[]] = [
  Buffer.from("ffffffffffffffffff01", "hex"),
  Buffer.from("8080808080808080808001", "hex"),
  Buffer.from("1affffffff0f", "hex"),
  Buffer.from("0b0b0b0b0b0b0b0b", "hex"),
  Buffer.from("c0afeda080f4908080", "hex"),
  Buffer.from("1a110a0f742f676f6f676c652e7270632e48656c70", "hex"),
  Buffer.from("\n\x0b/__proto__\x12\x00"),
  Buffer.from("\n\x09__proto__\x12\x01x"),
  Buffer.from('"@type":"t/constructor",'),
  Buffer.from('{"__proto__":['),
  Buffer.from("1e999"),
];

/** Makes inputs that are almost valid. */
export class Mutator {
  readonly #random: Random;
  readonly #seeds: readonly [Buffer, ...Buffer[]];

  constructor(random: Random, seeds: readonly [Buffer, ...Buffer[]]) {
    this.#random = random;
    this.#seeds = seeds;
  }

  /** The next input: one in eight consists of random bytes, the others are valid ones with some changes. */
  next(): Buffer {
    const random = this.#random;
    if (random.below(8) === 0) return this.#noise(random.below(200));
    let bytes: Buffer = Buffer.from(random.one(this.#seeds));
    for (let changes = 1 + random.below(4); changes > 0; changes--) bytes = this.#change(bytes);
    return bytes;
  }

  #noise(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    const meaningful = this.#random.below(2) === 0;
    for (let at = 0; at < length; at++) {
      bytes[at] = meaningful && this.#random.below(2) === 0 ? this.#random.one(MEANINGFUL) : this.#random.below(256);
    }
    return bytes;
  }

  #change(bytes: Buffer): Buffer {
    const random = this.#random;
    const at = random.below(bytes.length + 1);
    switch (random.below(8)) {
      case 0:
        return bytes.subarray(0, at);
      case 1:
        return this.#splice(bytes, at, 0, random.one(PIECES));
      case 2:
        return this.#splice(bytes, at, 1 + random.below(8), Buffer.alloc(0));
      case 3:
        // A piece of another input, as if two were mixed up.
        return this.#splice(bytes, at, random.below(20), this.#piece());
      case 4:
        return Buffer.concat([bytes, random.below(2) === 0 ? bytes : random.one(this.#seeds)]);
      case 5:
        if (at < bytes.length) bytes[at] = random.one(MEANINGFUL);
        return bytes;
      case 6:
        if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
        return bytes;
      default:
        if (at < bytes.length) bytes[at] = random.below(256);
        return bytes;
    }
  }

  #piece(): Buffer {
    const seed = this.#random.one(this.#seeds);
    const from = this.#random.below(seed.length + 1);
    return seed.subarray(from, from + this.#random.below(40));
  }

  #splice(bytes: Buffer, at: number, removed: number, added: Buffer): Buffer {
    return Buffer.concat([bytes.subarray(0, at), added, bytes.subarray(at + removed)]);
  }
}

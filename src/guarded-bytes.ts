import { malformed } from "./wire/reader.js";

/**
 * The bytes, for a reader that believes every length in them: google-protobuf
 * before 4.0, which reads a string to the end that it claims, over 2 GB of
 * nothing if need be, in a nested message too.
 *
 * Without knowing the type nobody can tell lengths from text. What is certain is
 * that a length beyond 16,383 takes three bytes, the first two of which have
 * their high bit set. Bytes that have no such pair are given as they are. All
 * others are watched: to read beyond their end throws, and so does to read them
 * again and again, as that reader does where a length is below zero.
 */
export function guarded(bytes: Uint8Array): Uint8Array {
  // Readers take a Buffer, or anything that is not exactly this class, for something to be copied.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return mayClaimMuch(plain) ? new Proxy(plain, watch(plain)) : plain;
}

function mayClaimMuch(bytes: Uint8Array): boolean {
  let before = 0;
  for (const byte of bytes) {
    if ((byte & before & 0x80) !== 0) return true;
    before = byte;
  }
  return false;
}

/** How often a reader may look at a byte on average. It does so once, or twice where it looks ahead. */
const LOOKS = 4;

function watch({ length }: Uint8Array): ProxyHandler<Uint8Array> {
  let left = LOOKS * length;
  return {
    get(bytes, key) {
      if (typeof key === "string" && isIndex(key)) {
        const byte = bytes[Number(key)];
        if (byte === undefined) throw malformed("a field is longer than what is left");
        if (left-- === 0) throw malformed("a field leads back to what was read before");
        return byte;
      }
      const value: unknown = Reflect.get(bytes, key, bytes);
      return typeof value === "function" && key !== "constructor" ? value.bind(bytes) : value;
    },
  };
}

function isIndex(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}

import { takeWriter, type WireWriter } from "./wire/writer.js";

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

/**
 * Text in bytes. Node's `Buffer` is several times faster than `TextDecoder` and
 * `TextEncoder` for the short texts that errors have; browsers have only those.
 */

/** Node's `Buffer`; none in a browser. Its methods are only called where it is there. */
const NodeBuffer: typeof Buffer | undefined = typeof Buffer === "undefined" ? undefined : Buffer;

/** What `toString` calls when it has found out which encoding is meant. Not documented, and so not counted on. */
const slice = (NodeBuffer?.prototype as { utf8Slice?(start: number, end: number): string } | undefined)?.utf8Slice;

let decoder: InstanceType<typeof TextDecoder> | undefined;
const encoder = new TextEncoder();

/** The text between two places. What is not UTF-8 in it becomes U+FFFD. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (NodeBuffer && bytes instanceof NodeBuffer) {
    return slice ? slice.call(bytes, start, end) : bytes.toString("utf8", start, end);
  }
  // Takes longer to be made than all else here, and Node has no need of it.
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes.subarray(start, end));
}

/**
 * Writes text at a place, and answers how many bytes it took: up to three for
 * each character, for which there must be room. A lone surrogate becomes U+FFFD.
 */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  if (NodeBuffer && into instanceof NodeBuffer) return into.write(text, at);
  return encoder.encodeInto(text, into.subarray(at)).written;
}

/** Memory that {@link writeUtf8} writes to fastest, with anything in it. */
export function writable(length: number): Uint8Array {
  return NodeBuffer ? NodeBuffer.allocUnsafeSlow(length) : new Uint8Array(length);
}

/** Text as bytes of its own. */
export function utf8Of(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The same bytes, in the shape that is read fastest. */
export function fastest(bytes: Uint8Array): Uint8Array {
  if (!NodeBuffer || bytes instanceof NodeBuffer) return bytes;
  return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const SLAB = 8192;

let slab = new ArrayBuffer(0);
let taken = 0;

/**
 * Memory for what an error is packed into, with anything in it: to be filled at
 * once. A few hundred bytes are cut from a larger piece, because to allocate,
 * clear and collect each for itself takes longer than to pack an error.
 */
export function allocate(length: number): Uint8Array {
  if (length > SLAB / 4) return new Uint8Array(length);
  if (taken + length > slab.byteLength) {
    slab = writable(SLAB).buffer as ArrayBuffer;
    taken = 0;
  }
  const bytes = new Uint8Array(slab, taken, length);
  taken += length;
  return bytes;
}

/**
 * Tells whether a value is an array of bytes, of this realm or of another: test runners and the frames of a page have a
 * `Uint8Array` of their own each.
 */
export function isBytes(value: unknown): value is Uint8Array {
  if (value instanceof Uint8Array) return true;
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

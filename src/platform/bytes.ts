// Node's `Buffer` is several times faster for short texts than `TextDecoder` and `TextEncoder`, which browsers have.

/** Node's `Buffer`, or `undefined` in a browser. */
const NodeBuffer: typeof Buffer | undefined = typeof Buffer === "undefined" ? undefined : Buffer;

/** Whether the process can have a gRPC server. */
export const isNode: boolean = NodeBuffer !== undefined;

/** The method that `toString` calls for UTF-8. It is not documented, so it may be missing. */
const slice = (NodeBuffer?.prototype as { utf8Slice?(start: number, end: number): string } | undefined)?.utf8Slice;

// Both are created on demand, because their constructors are slow.
let decoder: InstanceType<typeof TextDecoder> | undefined;
let encoder: InstanceType<typeof TextEncoder> | undefined;

/** Returns the text between two places. Bytes that are not UTF-8 become U+FFFD. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (NodeBuffer && bytes instanceof NodeBuffer) {
    return slice ? slice.call(bytes, start, end) : bytes.toString("utf8", start, end);
  }
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes.subarray(start, end));
}

/**
 * Writes text at a place and returns its number of bytes. There must be room for three bytes a character. A lone
 * surrogate becomes U+FFFD.
 */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  if (NodeBuffer && into instanceof NodeBuffer) return into.write(text, at);
  encoder ??= new TextEncoder();
  return encoder.encodeInto(text, into.subarray(at)).written;
}

/** Returns uninitialized memory that {@link writeUtf8} is fastest with. */
export function writable(length: number): Uint8Array {
  return NodeBuffer ? NodeBuffer.allocUnsafeSlow(length) : new Uint8Array(length);
}

/** Returns text in UTF-8. */
export function utf8Of(text: string): Uint8Array {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}

/** Returns a view of the same bytes that {@link readUtf8} is fastest with. */
export function fastest(bytes: Uint8Array): Uint8Array {
  if (!NodeBuffer || bytes instanceof NodeBuffer) return bytes;
  return NodeBuffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Checks whether a value is a `Uint8Array` of any realm. Test runners and the frames of a page have a `Uint8Array` of
 * their own.
 */
export function isBytes(value: unknown): value is Uint8Array {
  if (value instanceof Uint8Array) return true;
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

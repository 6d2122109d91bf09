/**
 * Text in bytes. Node's `Buffer` is several times faster than `TextDecoder` and
 * `TextEncoder` for the short texts that errors have; browsers have only those.
 */

/** Node's `Buffer`; none in a browser. Its methods are only called where it is there. */
const NodeBuffer: typeof Buffer | undefined = typeof Buffer === "undefined" ? undefined : Buffer;

let decoder: InstanceType<typeof TextDecoder> | undefined;
const encoder = new TextEncoder();

/** The text between two places. What is not UTF-8 in it becomes U+FFFD. */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (NodeBuffer && bytes instanceof NodeBuffer) return bytes.toString("utf8", start, end);
  // Takes longer to be made than all else here, and Node has no need of it.
  decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes.subarray(start, end));
}

/** The bytes between two places as a string with one character each: a key, or text that is ASCII. */
export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  if (NodeBuffer && bytes instanceof NodeBuffer) return bytes.toString("latin1", start, end);
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
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

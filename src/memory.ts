import { writable } from "./utf8.js";

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

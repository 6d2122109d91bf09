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

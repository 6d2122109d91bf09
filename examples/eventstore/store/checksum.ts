import { crc32 } from "node:zlib";

/** The bytes with a checksum of four bytes before them. */
export function seal(bytes: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(4 + bytes.length);
  sealed.writeUInt32BE(crc32(bytes));
  sealed.set(bytes, 4);
  return sealed;
}

/** The bytes behind a checksum; none if they are not those that were sealed. */
export function unseal(sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < 4) return undefined;
  const bytes = sealed.subarray(4);
  const checksum = Buffer.from(sealed.buffer, sealed.byteOffset).readUInt32BE();
  return checksum === crc32(bytes) ? bytes : undefined;
}

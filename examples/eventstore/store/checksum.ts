import { crc32 } from "node:zlib";

/** Prepends a checksum of four bytes. */
export function seal(bytes: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(4 + bytes.length);
  sealed.writeUInt32BE(crc32(bytes));
  sealed.set(bytes, 4);
  return sealed;
}

/** Returns the bytes after the checksum, or `undefined` if the checksum does not match. */
export function unseal(sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < 4) return undefined;
  const bytes = sealed.subarray(4);
  const checksum = Buffer.from(sealed.buffer, sealed.byteOffset).readUInt32BE();
  return checksum === crc32(bytes) ? bytes : undefined;
}

/**
 * The keys of the database. A stream's name contains no control characters, so
 * a zero byte can end it, and no two keys collide.
 */

/** The range of keys with the heads of all streams. */
export const HEADS = { gte: "s\0", lt: "s\x01" };

export function headKey(stream: string): string {
  return `s\0${stream}`;
}

export function streamOfHead(key: string): string {
  return key.slice(2);
}

/** Sixteen hexadecimal digits hold any revision, and they sort like the numbers. */
export function recordKey(stream: string, revision: bigint): string {
  return `r\0${stream}\0${revision.toString(16).padStart(16, "0")}`;
}

/**
 * Where things lie in the database. A stream's name holds no control
 * characters, so that the zero byte ends it and no two keys mix.
 */

/** All heads of streams, as a range of keys. */
export const HEADS = { gte: "s\0", lt: "s\x01" };

export function headKey(stream: string): string {
  return `s\0${stream}`;
}

export function streamOfHead(key: string): string {
  return key.slice(2);
}

/** Sixteen digits of base 16 hold any revision and sort as the numbers do. */
export function recordKey(stream: string, revision: bigint): string {
  return `r\0${stream}\0${revision.toString(16).padStart(16, "0")}`;
}

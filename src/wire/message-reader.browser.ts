import type { ReaderClass } from "./message-reader.js";

export type { ReaderClass } from "./message-reader.js";

/** Code of ts-proto reads with the reader of its own library, which only takes longer. */
export function messageReader(base: ReaderClass): ReaderClass {
  return base;
}

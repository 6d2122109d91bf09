import type { AnyCall } from "./row.js";

/** The rows whose uploads the server stored. */
const stored = new Set<string>();

/** Stores the upload of a call. */
export function storeUpload({ metadata }: AnyCall): void {
  stored.add(String(metadata.get("x-row")[0]));
}

/** Whether the upload of a row was stored. */
export function isStored(row: string): boolean {
  return stored.has(row);
}

import type { Catalog, ErrorClass } from "../catalog.js";
import type { ErrorInfo } from "../detail/error-info.js";

/** The ErrorInfo that most errors of a definition share. */
export interface PlainInfo {
  readonly info: ErrorInfo;
  /** The ErrorInfo as a field of a status. */
  readonly packed: Uint8Array;
}

/** An error whose ErrorInfo contains no more than its definition. */
export interface Recognized {
  readonly errorClass: ErrorClass;
  readonly info: ErrorInfo;
  readonly issues: readonly [];
}

interface SeenError extends Recognized {
  /** The packed ErrorInfo, as a field of a status. */
  readonly packed: Uint8Array;
}

/**
 * The errors that each catalog has identified, by a hash of their packed ErrorInfo. Whatever peers send, there are no
 * more entries than declared errors. Of two errors with the same hash, the last is kept.
 */
const seen = new WeakMap<Catalog, Map<number, SeenError>>();

/**
 * Recognizes an error by the bytes of its ErrorInfo, without decoding them: most errors of a definition have the same.
 * Returns `undefined` for bytes that the catalogs have not seen before.
 *
 * @param start where the field of the first detail begins
 * @param end where it ends
 */
export function recognize(
  bytes: Uint8Array,
  start: number,
  end: number,
  catalogs: readonly Catalog[],
): Recognized | undefined {
  const hash = hashOf(bytes, start, end);
  for (let index = 0; index < catalogs.length; index++) {
    const catalog = catalogs[index];
    const found = catalog && seen.get(catalog)?.get(hash);
    if (found && isEqual(found.packed, bytes, start, end)) return isFirst(found, catalogs, index) ? found : undefined;
  }
  return undefined;
}

/** Checks that no earlier catalog has an error with the same reason. */
function isFirst({ info: { domain, reason } }: Recognized, catalogs: readonly Catalog[], index: number): boolean {
  for (let before = 0; before < index; before++) if (catalogs[before]?.byReason(domain, reason)) return false;
  return true;
}

/** Stores an error that a catalog has identified. */
export function remember(errorClass: ErrorClass, catalog: Catalog, { info, packed }: PlainInfo): void {
  let known = seen.get(catalog);
  if (!known) {
    known = new Map();
    seen.set(catalog, known);
  }
  known.set(hashOf(packed, 0, packed.length), { errorClass, info, issues: [], packed });
}

/** Hashes the last bytes, which contain reason and domain. The first are the same for all errors. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  // Four bytes at a time, because each step waits for the one before.
  for (let at = end; at > start && at > end - 48; at -= 4) {
    const four =
      (bytes[at - 1] ?? 0) | ((bytes[at - 2] ?? 0) << 8) | ((bytes[at - 3] ?? 0) << 16) | ((bytes[at - 4] ?? 0) << 24);
    hash = (Math.imul(hash, 31) + four) | 0;
  }
  return hash;
}

function isEqual(packed: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const { length } = packed;
  if (end - start !== length) return false;
  for (let at = 0; at < length; at++) if (packed[at] !== bytes[start + at]) return false;
  return true;
}

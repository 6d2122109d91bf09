import type { Catalog, ErrorClass } from "./catalog.js";
import type { ErrorInfo } from "./detail/error-info.js";
import { plainInfoOf } from "./detail/error-info.js";

/** An error whose ErrorInfo says no more than its definition. */
export interface Recognised {
  readonly errorClass: ErrorClass;
  readonly info: ErrorInfo;
  readonly issues: readonly [];
}

interface Seen extends Recognised {
  /** The ErrorInfo, packed as it stands in a status. */
  readonly packed: Uint8Array;
}

/**
 * The errors that a catalog has seen, by a hash of their packed ErrorInfo. There
 * are as many as declared errors at most, whatever peers send. Of two that have
 * the same hash, the last is known.
 */
const seen = new WeakMap<Catalog, Map<number, Seen>>();

/**
 * Knows an error by the bytes of its ErrorInfo, which are the same for most
 * errors of a definition, without decoding them; none if the catalogs have not
 * seen them before.
 *
 * @param start where the field of the first detail begins
 * @param end where it ends
 */
export function recognise(
  bytes: Uint8Array,
  start: number,
  end: number,
  catalogs: readonly Catalog[],
): Recognised | undefined {
  const hash = hashOf(bytes, start, end);
  for (let index = 0; index < catalogs.length; index++) {
    const catalog = catalogs[index];
    const found = catalog && seen.get(catalog)?.get(hash);
    if (found && isEqual(found.packed, bytes, start, end)) return isFirst(found, catalogs, index) ? found : undefined;
  }
  return undefined;
}

/** No catalog before has an error with the same reason. */
function isFirst({ info: { domain, reason } }: Recognised, catalogs: readonly Catalog[], index: number): boolean {
  for (let before = 0; before < index; before++) if (catalogs[before]?.byReason(domain, reason)) return false;
  return true;
}

/** Remembers that a catalog has seen an error. */
export function remember(errorClass: ErrorClass, catalog: Catalog): void {
  let known = seen.get(catalog);
  if (!known) {
    known = new Map();
    seen.set(catalog, known);
  }
  const plain = plainInfoOf(errorClass.definition);
  const { packed } = plain;
  known.set(hashOf(packed, 0, packed.length), { errorClass, info: plain.info, issues: [], packed });
}

/** Of the last bytes, which are reason and domain: the first are the same for all. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  // Four at a time, because each step has to wait for the one before.
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

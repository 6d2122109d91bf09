import type { Catalog, ErrorClass } from "../catalog.js";
import type { Definition } from "../definition.js";
import { type ErrorDetail, encodeDetails, packDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { Issue } from "../issue.js";
import { MalformedError } from "../wire/reader.js";
import type { PackedStatus } from "./status.js";

/** Which error a peer sent. */
export interface Identification {
  readonly info: ErrorInfo | undefined;
  /** The class of the declared error that it is; none if no catalog knows it. */
  readonly errorClass: ErrorClass | undefined;
  /** What is wrong with what identifies it. */
  readonly issues: readonly Issue[];
}

/**
 * Finds out which error a peer sent: by its ErrorInfo, without one by a type of
 * detail that only one declared error has.
 */
export function identify(
  code: number,
  details: readonly ErrorDetail[],
  catalogs: readonly Catalog[],
  shared: ReadonlySet<string>,
): Identification {
  const broken: Issue[] = [];
  const info = readInfo(details, broken);
  if (!info) return { info, errorClass: byDetail(code, details, catalogs, shared), issues: broken };
  const identified = identifyByInfo(info, catalogs);
  return { ...identified, issues: [...broken, ...identified.issues] };
}

/** Identifies the error of a packed status. Returns `undefined` if all of its details must be decoded first. */
export function identifyPacked(status: PackedStatus, catalogs: readonly Catalog[]): Identification | undefined {
  const recognised = status.lookAtFirst((bytes, start, end) => recognise(bytes, start, end, catalogs));
  if (recognised) return recognised;
  const info = status.read(ErrorInfo);
  return info ? identifyByInfo(info, catalogs) : undefined;
}

/** The error that an ErrorInfo tells of. */
function identifyByInfo(info: ErrorInfo, catalogs: readonly Catalog[]): Identification {
  const { domain, reason } = info;
  let isKnown = false;
  for (const catalog of catalogs) {
    const errorClass = catalog.byReason(domain, reason);
    if (errorClass) {
      remember(errorClass, catalog);
      return { info, errorClass, issues: [] };
    }
    isKnown ||= catalog.hasDomain(domain);
  }
  const message = `the catalog of the domain "${domain}" has no error ${reason}`;
  return { info, errorClass: undefined, issues: isKnown ? [{ kind: "unknown-reason", message }] : [] };
}

function readInfo(details: readonly ErrorDetail[], broken: Issue[]): ErrorInfo | undefined {
  for (const { typeUrl, value } of details) {
    if (typeNameOf(typeUrl) !== ErrorInfo.typeName) continue;
    try {
      return ErrorInfo.decode(value);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      const message = `the detail of the type "${ErrorInfo.typeName}" cannot be read: ${error.message}`;
      broken.push({ kind: "malformed-detail", message, typeUrl });
    }
  }
  return undefined;
}

/** The type counts if the code agrees. The standard types tell nothing: any error may have them. */
function byDetail(
  code: number,
  details: readonly ErrorDetail[],
  catalogs: readonly Catalog[],
  shared: ReadonlySet<string>,
): ErrorClass | undefined {
  const found = new Set<ErrorClass>();
  for (const { typeUrl } of details) {
    const typeName = typeNameOf(typeUrl);
    if (shared.has(typeName)) continue;
    for (const catalog of catalogs) {
      const error = catalog.byDetailType(typeName);
      if (error?.definition.code === code) found.add(error);
    }
  }
  const [only, another] = found;
  return another ? undefined : only;
}

/** An error whose ErrorInfo says no more than its definition. */
interface Recognised {
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
function recognise(
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
function remember(errorClass: ErrorClass, catalog: Catalog): void {
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

/** The ErrorInfo of all errors of a definition that say no more than it, made once. */
interface PlainInfo {
  readonly info: ErrorInfo;
  /** As it stands in a status. */
  readonly packed: Uint8Array;
}

const plainInfos = new WeakMap<Definition, PlainInfo>();

/** The ErrorInfo of an error that says no more than its definition. */
export function plainInfoOf(definition: Definition): PlainInfo {
  let plain = plainInfos.get(definition);
  if (!plain) {
    const { reason, domain, numericCode, number } = definition;
    const metadata: Record<string, string> = Object.create(null);
    if (numericCode) metadata["code"] = String(number);
    // Many errors show the same one.
    const info = Object.freeze({ reason, domain, metadata: Object.freeze(metadata) });
    plain = { info, packed: encodeDetails([packDetail(ErrorInfo, info)]) };
    plainInfos.set(definition, plain);
  }
  return plain;
}

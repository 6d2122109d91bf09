import type { Catalog, ErrorClass } from "../catalog.js";
import type { Definition } from "../definition.js";
import { type ErrorDetail, encodeDetails, packDetail, typeNameOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import type { Issue } from "../issue.js";
import { MalformedError } from "../wire/reader.js";
import { type PlainInfo, recognize, remember } from "./recognition.js";
import type { PackedStatus } from "./trailer.js";

/** The identity of an error that a peer sent. */
export interface Identification {
  readonly info: ErrorInfo | undefined;
  /** The class of the declared error, or `undefined` if no catalog knows it. */
  readonly errorClass: ErrorClass | undefined;
  /** Problems with the details that identify the error. */
  readonly issues: readonly Issue[];
}

/**
 * Identifies the error that a peer sent: by its ErrorInfo, or without one by a type of detail that only one declared
 * error has.
 *
 * @param shared the types that any error may carry. They identify none
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
  const recognized = status.lookAtFirst(recognize, catalogs);
  if (recognized) return recognized;
  const info = status.read(ErrorInfo);
  return info ? identifyByInfo(info, catalogs) : undefined;
}

/** Identifies an error by its ErrorInfo. */
function identifyByInfo(info: ErrorInfo, catalogs: readonly Catalog[]): Identification {
  const { domain, reason } = info;
  let isKnown = false;
  for (const catalog of catalogs) {
    const errorClass = catalog.byReason(domain, reason);
    if (errorClass) {
      remember(errorClass, catalog, plainInfoOf(errorClass.definition));
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

/** Identifies an error by a type of detail that only one declared error has, if the code agrees. */
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

const plainInfos = new WeakMap<Definition, PlainInfo>();

/** Returns the ErrorInfo of an error that contains no more than its definition. */
export function plainInfoOf(definition: Definition): PlainInfo {
  let plain = plainInfos.get(definition);
  if (!plain) {
    const { reason, domain, numericCode, number } = definition;
    const metadata: Record<string, string> = Object.create(null);
    if (numericCode) metadata["code"] = String(number);
    // Many errors share it.
    const info = Object.freeze({ reason, domain, metadata: Object.freeze(metadata) });
    plain = { info, packed: encodeDetails([packDetail(ErrorInfo, info)]) };
    plainInfos.set(definition, plain);
  }
  return plain;
}

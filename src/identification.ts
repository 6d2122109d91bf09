import type { Catalog, ErrorClass } from "./catalog.js";
import { type ErrorDetail, typeNameOf } from "./detail/detail.js";
import { ErrorInfo } from "./detail/error-info.js";
import { STANDARD_DETAILS } from "./detail/standard-types.js";
import type { Issue } from "./issue.js";
import { remember } from "./recognition.js";
import { MalformedError } from "./wire/reader.js";

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
export function identify(code: number, details: readonly ErrorDetail[], catalogs: readonly Catalog[]): Identification {
  const broken: Issue[] = [];
  const info = readInfo(details, broken);
  if (!info) return { info, errorClass: byDetail(code, details, catalogs), issues: broken };
  const identified = identifyByInfo(info, catalogs);
  return { ...identified, issues: [...broken, ...identified.issues] };
}

/** The error that an ErrorInfo tells of. */
export function identifyByInfo(info: ErrorInfo, catalogs: readonly Catalog[]): Identification {
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
function byDetail(code: number, details: readonly ErrorDetail[], catalogs: readonly Catalog[]): ErrorClass | undefined {
  const found = new Set<ErrorClass>();
  for (const { typeUrl } of details) {
    const typeName = typeNameOf(typeUrl);
    if (STANDARD_TYPES.has(typeName)) continue;
    for (const catalog of catalogs) {
      const error = catalog.byDetailType(typeName);
      if (error?.definition.code === code) found.add(error);
    }
  }
  const [only, another] = found;
  return another ? undefined : only;
}

/** The types of details that any error may have. */
export const STANDARD_TYPES: ReadonlySet<string> = new Set([
  ErrorInfo.typeName,
  ...STANDARD_DETAILS.map(({ typeName }) => typeName),
]);

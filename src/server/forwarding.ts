import type { Catalog } from "../catalog.js";
import { type DetailCodec, type ErrorDetail, packDetail, typeNameOf, typeUrlOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import {
  BadRequest,
  DebugInfo,
  Help,
  LocalizedMessage,
  PreconditionFailure,
  QuotaFailure,
  ResourceInfo,
  RetryInfo,
} from "../detail/standard-types.js";
import type { RichError } from "../rich-error.js";
import { fromStatus } from "../status-message.js";
import { withoutDebugInfo } from "./nested-debug-info.js";

/** Another server's error, as it is forwarded. */
export interface Forwarded {
  readonly error: RichError;
  /** The types of the details that are not forwarded. */
  readonly leftOut: ReadonlySet<string>;
}

/** The standard details that are meant for callers. */
const FOR_CALLERS: readonly DetailCodec<unknown>[] = [
  RetryInfo,
  BadRequest,
  PreconditionFailure,
  QuotaFailure,
  ResourceInfo,
  Help,
  LocalizedMessage,
];

/**
 * Forwards another server's error, if a catalog of this server declares it: a
 * client of this server can know it.
 *
 * - The message, ErrorInfo, the declared detail and the standard details for callers
 *   are forwarded, each type once. Details of these types that cannot be read are not.
 * - Metadata, DebugInfo, RequestInfo and details of other types are not, unless
 *   `forwardDetails` names their type. What one server says of its inside to another
 *   is not for the other's clients.
 * - Fields that the codec of a detail does not know are forwarded with it.
 */
export function forward(
  error: RichError,
  catalogs: readonly Catalog[],
  forwardDetails: ReadonlySet<string>,
): Forwarded | undefined {
  const { domain, reason, code, message, info } = error;
  if (domain === undefined || reason === undefined) return undefined;
  const found = catalogs.find((catalog) => catalog.byReason(domain, reason))?.byReason(domain, reason);
  if (!found) return undefined;
  const { extras, own, leftOut } = sort(error, found.definition.detail, forwardDetails);
  const details = [...(info ? [packDetail(ErrorInfo, info)] : []), ...extras, ...own];
  return { error: fromStatus({ code, message, details }, { catalogs }), leftOut };
}

interface Sorted {
  readonly extras: readonly ErrorDetail[];
  readonly own: readonly ErrorDetail[];
  readonly leftOut: ReadonlySet<string>;
}

function sort(
  { errorDetails, jsonDetails }: RichError,
  declared: DetailCodec<unknown> | undefined,
  forwardDetails: ReadonlySet<string>,
): Sorted {
  const codecs = new Map(FOR_CALLERS.map((codec) => [codec.typeName, codec]));
  if (declared) codecs.set(declared.typeName, declared);
  const extras: ErrorDetail[] = [];
  const own: ErrorDetail[] = [];
  // The first ErrorInfo that can be read is forwarded on its own.
  const seen = new Set<string>([ErrorInfo.typeName]);
  const leftOut = new Set<string>();
  let infos = 0;
  for (const detail of errorDetails) {
    const typeName = typeNameOf(detail.typeUrl);
    if (typeName === ErrorInfo.typeName && infos++ === 0) continue;
    const kept = seen.has(typeName) ? undefined : keptOf(detail, typeName, codecs.get(typeName), forwardDetails);
    if (!kept) {
      leftOut.add(typeName);
      continue;
    }
    seen.add(typeName);
    (typeName === declared?.typeName ? own : extras).push(kept);
  }
  for (const detail of jsonDetails) {
    const typeName = typeNameOf(detail["@type"]);
    if (!forwardDetails.has(typeName)) leftOut.add(typeName);
  }
  return { extras, own, leftOut };
}

function keptOf(
  detail: ErrorDetail,
  typeName: string,
  codec: DetailCodec<unknown> | undefined,
  forwardDetails: ReadonlySet<string>,
): ErrorDetail | undefined {
  const isListed = forwardDetails.has(typeName);
  if (!isListed && (!codec || typeName === DebugInfo.typeName)) return undefined;
  try {
    codec?.decode(detail.value);
    const value = forwardDetails.has(DebugInfo.typeName) ? detail.value : withoutDebugInfo(detail.value);
    return { typeUrl: typeUrlOf(typeName), value };
  } catch {
    return undefined;
  }
}

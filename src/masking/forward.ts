import type { Catalog } from "../catalog.js";
import { CALLER_DETAILS } from "../detail/collected-details.js";
import { type DetailCodec, type ErrorDetail, packDetail, typeNameOf, typeUrlOf } from "../detail/detail.js";
import { ErrorInfo } from "../detail/error-info.js";
import { DebugInfo } from "../detail/standard-details.js";
import { receiveStatus } from "../error/receive.js";
import { utf8Of } from "../platform/bytes.js";
import { firstOf } from "../platform/names.js";
import { errorOf, type RichError } from "../rich-error.js";
import { delimited, MalformedError, WireReader } from "../wire/reader.js";
import { WireWriter } from "../wire/writer.js";

/** Another server's error, reduced to the parts that may be forwarded. */
interface ForwardedError {
  readonly error: RichError;
  /** The types of the details that were removed. */
  readonly removed: ReadonlySet<string>;
}

/**
 * Forwards another server's error if a catalog declares it. Returns `undefined` if none does.
 *
 * - Forwarded, each type once: the message, ErrorInfo, the declared detail and the
 *   standard details for callers. Details that cannot be read are removed.
 * - Removed, unless `forwardDetails` names their type: DebugInfo, RequestInfo and all other
 *   types. They are meant for servers.
 * - Metadata is never forwarded.
 * - Fields that the codec of a detail does not know stay in the detail.
 */
export function forward(
  error: RichError,
  catalogs: readonly Catalog[],
  forwardDetails: ReadonlySet<string>,
): ForwardedError | undefined {
  const { domain, reason, code, message, info } = error;
  if (domain === undefined || reason === undefined) return undefined;
  const found = catalogs.find((catalog) => catalog.byReason(domain, reason))?.byReason(domain, reason);
  if (!found) return undefined;
  const { extras, own, removed } = selectDetails(error, found.definition.detail, forwardDetails);
  const details = [...(info ? [packDetail(ErrorInfo, info)] : []), ...extras, ...own];
  return { error: errorOf(receiveStatus({ code, message, details }, catalogs)), removed };
}

interface SelectedDetails {
  readonly extras: readonly ErrorDetail[];
  /** The declared detail, which comes last. */
  readonly own: readonly ErrorDetail[];
  readonly removed: ReadonlySet<string>;
}

function selectDetails(
  { errorDetails, jsonDetails }: RichError,
  declared: DetailCodec<unknown> | undefined,
  forwardDetails: ReadonlySet<string>,
): SelectedDetails {
  const codecs = new Map(CALLER_DETAILS.map((codec) => [codec.typeName, codec]));
  if (declared) codecs.set(declared.typeName, declared);
  const extras: ErrorDetail[] = [];
  const own: ErrorDetail[] = [];
  // `forward` packs the first readable ErrorInfo itself.
  const seen = new Set<string>([ErrorInfo.typeName]);
  const removed = new Set<string>();
  let infos = 0;
  for (const detail of errorDetails) {
    const typeName = typeNameOf(detail.typeUrl);
    if (typeName === ErrorInfo.typeName && infos++ === 0) continue;
    const kept = seen.has(typeName) ? undefined : keptDetail(detail, typeName, codecs.get(typeName), forwardDetails);
    if (!kept) {
      removed.add(typeName);
      continue;
    }
    seen.add(typeName);
    (typeName === declared?.typeName ? own : extras).push(kept);
  }
  for (const detail of jsonDetails) {
    const typeName = typeNameOf(detail["@type"]);
    if (!forwardDetails.has(typeName)) removed.add(typeName);
  }
  return { extras, own, removed };
}

/** Returns a detail as it is forwarded, or `undefined` if it must be removed. */
function keptDetail(
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

/** Returns the problem of an error that no catalog declares. */
export function undeclaredErrorProblem({ reason, domain }: RichError): Error {
  const identity =
    reason === undefined ? "without a reason" : `${shorten(reason)} of the domain "${shorten(domain ?? "")}"`;
  return new Error(
    `masked another server's error ${identity}, because no catalog declares it; ` +
      'add its catalog to "catalogs" or an entry to "map"',
  );
}

/** Returns the problem of a forwarded error that lost details. */
export function removedDetailsProblem(typeNames: ReadonlySet<string>): Error {
  const names = [...typeNames].map((name) => name || "a detail without a type");
  const first = firstOf(names, MAX_NAMES, shorten);
  return new Error(
    `removed details from another server's error: ${first}; to forward a type, add it to "forwardDetails"`,
  );
}

const MAX_NAMES = 8;

/** Another server chooses these texts, so they may be of any length. */
function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** The field `type_url` of a `google.protobuf.Any`. */
const TYPE_URL = delimited(1);

const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;

/** A field that is nested deeper is removed if it contains the name of DebugInfo. */
const MAX_DEPTH = 32;

/**
 * Returns a message without the DebugInfos that it holds as `google.protobuf.Any`, at
 * any depth: in a field, in a `google.rpc.Status`, in another Any. All other fields,
 * including unknown ones, stay as they are.
 *
 * The types of the fields are unknown, so any field that reads as such an Any is removed.
 *
 * @throws MalformedError if the bytes are not a message
 */
export function withoutDebugInfo(message: Uint8Array, depth = 0): Uint8Array {
  if (!mentionsDebugInfo(message)) return message;
  const reader = new WireReader(message);
  const writer = new WireWriter();
  let isChanged = false;
  while (!reader.done) {
    const start = reader.position;
    const tag = reader.tag();
    const field = readField(reader, tag);
    const kept = field && keptField(field, depth);
    if (kept === field) {
      writer.raw(message.subarray(start, reader.position));
      continue;
    }
    isChanged = true;
    if (kept) writer.uint32(tag).bytes(kept);
  }
  return isChanged ? writer.finish() : message;
}

/** Reads a length-delimited field and skips any other. The fields of a group are read like fields of the message. */
function readField(reader: WireReader, tag: number): Uint8Array | undefined {
  const wireType = tag & 7;
  if (wireType === DELIMITED) return reader.bytes();
  if (wireType !== START_GROUP && wireType !== END_GROUP) reader.skip(tag);
  return undefined;
}

/** Returns a field without DebugInfo: the same bytes if it has none, `undefined` if the whole field must go. */
function keptField(field: Uint8Array, depth: number): Uint8Array | undefined {
  if (!mentionsDebugInfo(field)) return field;
  if (depth === MAX_DEPTH) return undefined;
  try {
    return isDebugInfo(field) ? undefined : withoutDebugInfo(field, depth + 1);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    // It is a text that mentions DebugInfo.
    return field;
  }
}

/** Checks whether an Any holds a DebugInfo. Some readers accept a type URL without a slash. */
function isDebugInfo(any: Uint8Array): boolean {
  const reader = new WireReader(any);
  let typeUrl = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === TYPE_URL) typeUrl = reader.string();
    else reader.skip(tag);
  }
  return typeUrl.endsWith(DebugInfo.typeName);
}

function mentionsDebugInfo(bytes: Uint8Array): boolean {
  const name = utf8Of(DebugInfo.typeName);
  const [first = 0] = name;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (name.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

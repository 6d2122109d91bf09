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
import { receiveStatus } from "../error/receive.js";
import { utf8Of } from "../platform/bytes.js";
import { errorOf, type RichError } from "../rich-error.js";
import { delimited, MalformedError, WireReader } from "../wire/reader.js";
import { WireWriter } from "../wire/writer.js";

/** Another server's error, as it is forwarded. */
interface Forwarded {
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
  return { error: errorOf(receiveStatus({ code, message, details }, catalogs)), leftOut };
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

/** The field `type_url` of a `google.protobuf.Any`. */
const TYPE_URL = delimited(1);

const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;

/** What is nested deeper is removed if it names DebugInfo. */
const MAX_DEPTH = 32;

/**
 * A message as bytes, without the DebugInfos that stand in it as
 * `google.protobuf.Any`, at any depth: in a field, in a `google.rpc.Status`, in
 * another Any. All else stays as it is, fields that nobody here knows among it.
 *
 * The types of the fields are not known: what can be read as such an Any is taken for one.
 *
 * @throws MalformedError if the bytes are no message
 */
export function withoutDebugInfo(message: Uint8Array, depth = 0): Uint8Array {
  if (!namesDebugInfo(message)) return message;
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

/** The bytes of a field that has a length. The fields of a group are read one by one, as if they stood outside of it. */
function readField(reader: WireReader, tag: number): Uint8Array | undefined {
  const wireType = tag & 7;
  if (wireType === DELIMITED) return reader.bytes();
  if (wireType !== START_GROUP && wireType !== END_GROUP) reader.skip(tag);
  return undefined;
}

/** What stays of a field: the same bytes if nothing has to go, nothing if all has. */
function keptField(field: Uint8Array, depth: number): Uint8Array | undefined {
  if (!namesDebugInfo(field)) return field;
  if (depth === MAX_DEPTH) return undefined;
  try {
    return isDebugInfo(field) ? undefined : withoutDebugInfo(field, depth + 1);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    // A text that only mentions it.
    return field;
  }
}

/** A reader may take what has no slash for a type all the same. */
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

function namesDebugInfo(bytes: Uint8Array): boolean {
  const [first = 0] = NAME;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (NAME.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}

const NAME = utf8Of(DebugInfo.typeName);

import { DebugInfo } from "../detail/standard-types.js";
import { utf8Of } from "../platform/bytes.js";
import { delimited, MalformedError, WireReader } from "../wire/reader.js";
import { WireWriter } from "../wire/writer.js";

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
    const kept = field && keptOf(field, depth);
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
function keptOf(field: Uint8Array, depth: number): Uint8Array | undefined {
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

/** The part of a reader of generated code that fields are skipped with. */
interface Cursor {
  readonly buf: Uint8Array;
  readonly len: number;
  /** The place of the next byte. */
  pos: number;
  uint32(): number;
}

/**
 * Skips the content of a field.
 *
 * @param field the number of the field, which the end of a group repeats; by default, any number will do
 * @throws RangeError if the bytes have no such field
 */
export function skipField(reader: Cursor, wireType: number, field: number | undefined, depth: number): void {
  if (wireType === VARINT) {
    while (((reader.buf[reader.pos] ?? 0) & 0x80) !== 0) reader.pos++;
    passed(reader, 1);
  } else if (wireType === DELIMITED) passed(reader, reader.uint32());
  else if (wireType === FIXED64) passed(reader, 8);
  else if (wireType === FIXED32) passed(reader, 4);
  else if (wireType === START_GROUP && depth < MOST_DEPTH) skipGroup(reader, field, depth + 1);
  else throw new RangeError(`a field has wire type ${wireType}`);
}

function skipGroup(reader: Cursor, field: number | undefined, depth: number): void {
  for (;;) {
    const tag = readTag(reader);
    const inner = tag >>> 3;
    if ((tag & 7) !== END_GROUP) skipField(reader, tag & 7, inner, depth);
    else if (inner === (field ?? inner)) return;
    else throw new RangeError("a group ends that did not begin");
  }
}

/**
 * Reads the tag of the next field.
 *
 * @throws RangeError if no field has such a tag
 */
export function readTag(reader: Pick<Readonly<Cursor>, "buf" | "pos" | "uint32">): number {
  const start = reader.pos;
  const tag = reader.uint32();
  const length = reader.pos - start;
  const isTooLarge = length > 5 || (length === 5 && (reader.buf[reader.pos - 1] ?? 0) > 0x0f);
  if (isTooLarge || tag >>> 3 === 0 || (tag & 7) > FIXED32) throw new RangeError("a field has an invalid tag");
  return tag;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const MOST_DEPTH = 100;

/** Moves a reader behind so many bytes. Returns the place where they begin. */
export function passed(reader: Pick<Cursor, "len" | "pos">, length: number): number {
  const start = reader.pos;
  reader.pos += length;
  if (reader.pos > reader.len) throw new RangeError("a field is longer than the remaining bytes");
  return start;
}

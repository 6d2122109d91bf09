import { messageReader, type ReaderClass } from "./message-reader.js";

// In the build of this package, this module takes the place of `@bufbuild/protobuf/wire` in generated code of its own,
// which would be a tenth of a browser's bundle. Code that users generate imports the original.

export { WireWriter as BinaryWriter } from "./writer.js";

/** The methods of `BinaryReader` that {@link messageReader} leaves to the original. */
class OtherMethods {
  declare readonly buf: Uint8Array;
  declare readonly len: number;
  declare readonly view: DataView;
  declare pos: number;
  declare uint32: () => number;

  int32(): number {
    return this.uint32() | 0;
  }

  sint32(): number {
    const value = this.uint32();
    return (value >>> 1) ^ -(value & 1);
  }

  fixed32(): number {
    return this.view.getUint32(passed(this, 4), true);
  }

  sfixed32(): number {
    return this.view.getInt32(passed(this, 4), true);
  }

  fixed64(): bigint {
    return this.view.getBigUint64(passed(this, 8), true);
  }

  sfixed64(): bigint {
    return this.view.getBigInt64(passed(this, 8), true);
  }

  float(): number {
    return this.view.getFloat32(passed(this, 4), true);
  }

  double(): number {
    return this.view.getFloat64(passed(this, 8), true);
  }

  bytes(): Uint8Array {
    const start = passed(this, this.uint32());
    return this.buf.subarray(start, this.pos);
  }

  /**
   * Skips the content of a field.
   *
   * @param field the number of the field, which the end of a group repeats; by default, any number will do
   */
  skip(wireType: number, field?: number, depth = 0): void {
    if (wireType === VARINT) {
      while (((this.buf[this.pos] ?? 0) & 0x80) !== 0) this.pos++;
      passed(this, 1);
    } else if (wireType === DELIMITED) passed(this, this.uint32());
    else if (wireType === FIXED64) passed(this, 8);
    else if (wireType === FIXED32) passed(this, 4);
    else if (wireType === START_GROUP && depth < MOST_DEPTH) skipGroup(this, field, depth + 1);
    else throw new RangeError(`a field has wire type ${wireType}`);
  }
}

function skipGroup(reader: OtherMethods, field: number | undefined, depth: number): void {
  for (;;) {
    const tag = readTag(reader);
    const inner = tag >>> 3;
    if ((tag & 7) !== END_GROUP) reader.skip(tag & 7, inner, depth);
    else if (inner === (field ?? inner)) return;
    else throw new RangeError("a group ends that did not begin");
  }
}

/**
 * Reads the tag of the next field.
 *
 * @throws RangeError if no field has such a tag
 */
export function readTag(reader: Pick<FieldReader, "buf" | "pos" | "uint32">): number {
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
function passed(reader: OtherMethods, length: number): number {
  const start = reader.pos;
  reader.pos += length;
  if (reader.pos > reader.len) throw new RangeError("a field is longer than the remaining bytes");
  return start;
}

/** The methods of a {@link BinaryReader} that read a value and move behind it. */
type Methods<Name extends string, Type> = { readonly [Method in Name]: () => Type };

/** Reads the fields of a message. A method has the name of the type that it reads. */
export interface FieldReader
  extends Methods<"double" | "float" | "int32" | "uint32" | "sint32" | "fixed32" | "sfixed32", number>,
    Methods<"int64" | "uint64" | "sint64" | "fixed64" | "sfixed64", bigint>,
    Methods<"bool", boolean>,
    Methods<"string", string>,
    Methods<"bytes", Uint8Array>,
    Pick<OtherMethods, "skip"> {
  readonly buf: Uint8Array;
  readonly len: number;
  /** The place of the next byte. */
  readonly pos: number;
}

/** The reader of generated code, as the class of this name in `@bufbuild/protobuf/wire`. */
export const BinaryReader = messageReader(OtherMethods as ReaderClass) as new (bytes: Uint8Array) => FieldReader;

import { messageReader, type ReaderClass } from "./message-reader.js";
import { passed, skipField } from "./skipped-field.js";

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

  skip(wireType: number, field?: number, depth = 0): void {
    skipField(this, wireType, field, depth);
  }
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
    Pick<OtherMethods, "buf" | "len" | "skip"> {
  /** The place of the next byte. */
  readonly pos: number;
}

/** The reader of generated code, as the class of this name in `@bufbuild/protobuf/wire`. */
export const BinaryReader = messageReader(OtherMethods as ReaderClass) as new (bytes: Uint8Array) => FieldReader;

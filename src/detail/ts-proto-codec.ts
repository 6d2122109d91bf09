import { messageReader, type ReaderClass } from "../wire/message-reader.js";
import { takeWriter, UnwritableError, type WireWriter, writing } from "../wire/writer.js";
import { type DetailCodec, decodingParts } from "./detail.js";
import { checking, ForeignCodeError } from "./field-problems.js";
import { type DecodeUnsafe, decodeUnsafe, isUnsafeInteger } from "./unsafe-integers.js";
import { watching } from "./watched-encode.js";

/** The constant that ts-proto generates for a message type. */
export interface TsProtoMessage<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/**
 * Returns the codec of a message type that ts-proto generated.
 *
 * An integer that the type `number` cannot hold exactly, as with `forceLong=number`, is decoded as `NaN` and becomes an
 * issue.
 *
 * ```ts
 * const codec = tsProtoCodec("shop.orders.v1.OrderNotFoundErrorDetails", OrderNotFoundErrorDetails, BinaryReader);
 * ```
 *
 * @param reader the `BinaryReader` of `@bufbuild/protobuf/wire` that the generated code imports. Without it, decoding
 * takes half as long again.
 */
export function tsProtoCodec<T>(typeName: string, message: TsProtoMessage<T>, reader?: ReaderClass): DetailCodec<T> {
  return generatedCodec(typeName, message, reader, decodeUnsafe);
}

/**
 * Returns the codec of a message type that ts-proto generated.
 *
 * @param decodeUnsafe decodes integers that the type `number` cannot hold. A type without 64-bit integers needs no such function
 */
export function generatedCodec<T>(
  typeName: string,
  message: TsProtoMessage<T>,
  reader?: ReaderClass,
  decodeUnsafe?: DecodeUnsafe,
): DetailCodec<T> {
  const generated: Generated<T> = message;
  let writesForeign = false;
  let readsForeign = false;
  let Reader: ReturnType<typeof messageReader> | undefined;

  function write(value: T, writer: WireWriter): void {
    if (writesForeign) throw new ForeignCodeError(FOREIGN);
    const { depth } = writer;
    // Code for another library may end more or fewer messages than it began, and break every length after it.
    if (generated.encode(value, writer) !== writer || writer.depth !== depth) throw new ForeignCodeError(FOREIGN);
  }

  function encodeForOurWriter(value: T): Uint8Array {
    if (writesForeign) return generated.encode(value).finish();
    const writer = takeWriter();
    write(value, writer);
    return writer.finish();
  }

  /** @param error what the code threw with this package's writer */
  function encodeForItsWriter(value: T, error: unknown): Uint8Array {
    const bytes = generated.encode(value).finish();
    // A writer that accepts more values does not show that the code needs it.
    writesForeign ||= !(error instanceof UnwritableError);
    return bytes;
  }

  function encode(value: T): Uint8Array {
    try {
      return encodeForOurWriter(value);
    } catch (error) {
      return encodeForItsWriter(value, error);
    }
  }

  /** @throws UnwritableError for a value that its field cannot hold, although the code's own library sends it */
  function encodeStrictly(value: T): Uint8Array {
    try {
      return encodeForOurWriter(value);
    } catch (error) {
      if (error instanceof UnwritableError) throw error;
      return encodeForItsWriter(value, error);
    }
  }

  function decodeAt(all: Uint8Array, start: number, end: number): T {
    if (reader && !readsForeign) {
      try {
        Reader ??= messageReader(reader);
        return generated.decode(new Reader(all, start, end));
      } catch (error) {
        if (decodeUnsafe && isUnsafeInteger(error)) {
          return decodeUnsafe(all.subarray(start, end), reader, typeName, (input) => generated.decode(input));
        }
      }
    }
    const value = generated.decode(all.subarray(start, end));
    readsForeign = true;
    return value;
  }

  const check = watching(typeName, encodeStrictly, () => generated.decode(new Uint8Array()));
  return { typeName, encode: checking(writing(write, encode), check), decode: decodingParts(decodeAt) };
}

const FOREIGN = "the code was generated for the writer of another library";

/**
 * Generated code also accepts a writer and a reader, and is faster with those of this package.
 *
 * If it fails with them, it runs with those of its own library, which report what is wrong. If nothing is wrong, the
 * code was generated for another library, and this package's writer or reader is not tried again.
 */
interface Generated<T> {
  encode(message: T, writer?: WireWriter): WireWriter | { finish(): Uint8Array };
  decode(bytes: Uint8Array | InstanceType<ReaderClass>): T;
}

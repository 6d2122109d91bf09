import { messageReader, type ReaderClass } from "../wire/ts-proto-reader.js";
import { takeWriter, type WireWriter, writing } from "../wire/writer.js";
import type { DetailCodec } from "./detail.js";

/** The constant that ts-proto generates for a message type. */
export interface TsProtoMessage<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/**
 * Returns the codec of a message type that ts-proto generated.
 *
 * ```ts
 * const codec = tsProtoCodec("shop.orders.v1.OrderNotFoundErrorDetails", OrderNotFoundErrorDetails, BinaryReader);
 * ```
 *
 * @param reader the `BinaryReader` of `@bufbuild/protobuf/wire` that the generated code imports. Without it, decoding
 * takes half as long again.
 */
export function tsProtoCodec<T>(typeName: string, message: TsProtoMessage<T>, reader?: ReaderClass): DetailCodec<T> {
  const generated: Generated<T> = message;
  let writesForeign = false;
  let readsForeign = false;
  let Reader: ReaderClass | undefined;

  function write(value: T, writer: WireWriter): void {
    if (writesForeign) throw new TypeError(FOREIGN);
    const { depth } = writer;
    // Code for another library may end more or fewer messages than it began, and break every length after it.
    if (generated.encode(value, writer) !== writer || writer.depth !== depth) throw new TypeError(FOREIGN);
  }

  function encode(value: T): Uint8Array {
    try {
      const writer = takeWriter();
      write(value, writer);
      return writer.finish();
    } catch {
      const bytes = generated.encode(value).finish();
      writesForeign = true;
      return bytes;
    }
  }

  return {
    typeName,
    encode: writing(write, encode),
    decode(bytes) {
      if (reader && !readsForeign) {
        try {
          Reader ??= messageReader(reader);
          return generated.decode(new Reader(bytes));
        } catch {}
      }
      const value = generated.decode(bytes);
      readsForeign = true;
      return value;
    },
  };
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

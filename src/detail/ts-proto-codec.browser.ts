import type { ReaderClass } from "../wire/message-reader.js";
import type { DetailCodec } from "./detail.js";
import type { TsProtoMessage } from "./ts-proto-codec.js";
import { type DecodeUnsafe, decodeUnsafe, isUnsafeInteger } from "./unsafe-integers.js";

export type { TsProtoMessage } from "./ts-proto-codec.js";

// As in Node, but the code runs with the reader and the writer of its own library, which only takes longer.

export function tsProtoCodec<T>(typeName: string, message: TsProtoMessage<T>, reader?: ReaderClass): DetailCodec<T> {
  return generatedCodec(typeName, message, reader, decodeUnsafe);
}

export function generatedCodec<T>(
  typeName: string,
  message: TsProtoMessage<T>,
  reader?: ReaderClass,
  decodeUnsafe?: DecodeUnsafe,
): DetailCodec<T> {
  return {
    typeName,
    encode: (value) => message.encode(value).finish(),
    decode(bytes) {
      try {
        return message.decode(bytes);
      } catch (error) {
        if (!reader || !decodeUnsafe || !isUnsafeInteger(error)) throw error;
        return decodeUnsafe(bytes, reader, typeName, (input) => message.decode(input as Uint8Array));
      }
    },
  };
}

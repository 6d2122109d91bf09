/** The part of Google's own runtime that the tests use as an oracle. It comes without types. */
declare module "google-protobuf" {
  export class BinaryWriter {
    writeInt32(field: number, value: number): void;
    writeString(field: number, value: string): void;
    writeBytes(field: number, value: Uint8Array): void;
    getResultBuffer(): Uint8Array;
  }
  export class BinaryReader {
    constructor(bytes: Uint8Array);
    nextField(): boolean;
    getFieldNumber(): number;
    readInt32(): number;
    readString(): string;
    readBytes(): Uint8Array;
    skipField(): void;
  }
  const runtime: { BinaryReader: typeof BinaryReader; BinaryWriter: typeof BinaryWriter };
  export default runtime;
}

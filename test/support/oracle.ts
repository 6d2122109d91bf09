import protobuf from "google-protobuf";

/** A `google.rpc.Status` as Google's own runtime shows it. */
export interface OracleStatus {
  readonly code?: number;
  readonly message?: string;
  readonly details?: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
}

/** Writes a status with Google's own runtime. */
export function writeStatus({ code = 0, message = "", details = [] }: OracleStatus): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  if (code !== 0) writer.writeInt32(1, code);
  if (message !== "") writer.writeString(2, message);
  for (const { typeUrl, value } of details) {
    const any = new protobuf.BinaryWriter();
    any.writeString(1, typeUrl);
    any.writeBytes(2, value);
    writer.writeBytes(3, any.getResultBuffer());
  }
  return writer.getResultBuffer();
}

/** Reads a status with Google's own runtime. */
export function readStatus(bytes: Uint8Array): Required<OracleStatus> {
  const details: { typeUrl: string; value: Uint8Array }[] = [];
  const status = { code: 0, message: "", details };
  const reader = new protobuf.BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) status.code = reader.readInt32();
    else if (reader.getFieldNumber() === 2) status.message = reader.readString();
    else if (reader.getFieldNumber() === 3) details.push(readAny(reader.readBytes()));
    else reader.skipField();
  }
  return status;
}

function readAny(bytes: Uint8Array): { typeUrl: string; value: Uint8Array } {
  const any = { typeUrl: "", value: new Uint8Array() };
  const reader = new protobuf.BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === 1) any.typeUrl = reader.readString();
    else if (reader.getFieldNumber() === 2) any.value = Uint8Array.from(reader.readBytes());
    else reader.skipField();
  }
  return any;
}

/** Writes a `google.rpc.ErrorInfo` with Google's own runtime. Metadata entries keep their order. */
export function writeErrorInfo(reason: string, domain: string, metadata: readonly [string, string][] = []): Uint8Array {
  const writer = new protobuf.BinaryWriter();
  if (reason !== "") writer.writeString(1, reason);
  if (domain !== "") writer.writeString(2, domain);
  for (const [key, value] of metadata) {
    const entry = new protobuf.BinaryWriter();
    entry.writeString(1, key);
    entry.writeString(2, value);
    writer.writeBytes(3, entry.getResultBuffer());
  }
  return writer.getResultBuffer();
}

/**
 * One error that is packed and unpacked by code over `Buffer` for this error alone: the lower bound for any general
 * library.
 */
export interface Conflict {
  readonly message: string;
  readonly stream: string;
  readonly expectedRevision: bigint;
  readonly actualRevision: bigint;
}

const DETAIL = "type.googleapis.com/kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails";
const INFO = "type.googleapis.com/google.rpc.ErrorInfo";

export function packByHand({ message, stream, expectedRevision, actualRevision }: Conflict): Buffer {
  const info = Buffer.allocUnsafe(64);
  let infoEnd = writeText(info, 0, 0x0a, "STREAM_REVISION_CONFLICT");
  infoEnd = writeText(info, infoEnd, 0x12, "streams");

  const detail = Buffer.allocUnsafe(32 + stream.length * 3);
  let detailEnd = writeText(detail, 0, 0x0a, stream);
  detailEnd = writeZigzag(detail, detailEnd, 0x10, expectedRevision);
  detailEnd = writeZigzag(detail, detailEnd, 0x18, actualRevision);

  const status = Buffer.allocUnsafe(300 + message.length * 3 + detailEnd);
  status[0] = 0x08;
  status[1] = 9;
  let end = writeText(status, 2, 0x12, message);
  end = writeAny(status, end, INFO, info.subarray(0, infoEnd));
  end = writeAny(status, end, DETAIL, detail.subarray(0, detailEnd));
  return status.subarray(0, end);
}

export function writeLength(into: Buffer, at: number, length: number): number {
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) into[at++] = (rest & 0x7f) | 0x80;
  into[at++] = rest;
  return at;
}

export function writeText(into: Buffer, at: number, tag: number, text: string): number {
  into[at++] = tag;
  const start = writeLength(into, at, Buffer.byteLength(text));
  return start + into.write(text, start);
}

function writeZigzag(into: Buffer, at: number, tag: number, value: bigint): number {
  if (value === 0n) return at;
  into[at++] = tag;
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest > 0x7fn; rest >>= 7n) into[at++] = Number(rest & 0x7fn) | 0x80;
  into[at++] = Number(rest);
  return at;
}

function writeAny(into: Buffer, at: number, typeUrl: string, value: Buffer): number {
  into[at++] = 0x1a;
  at = writeLength(into, at, typeUrl.length + value.length + (value.length > 0x7f ? 5 : 4));
  at = writeText(into, at, 0x0a, typeUrl);
  into[at++] = 0x12;
  at = writeLength(into, at, value.length);
  return at + value.copy(into, at);
}

/** The fields of the status and of its two known details. */
export interface Unpacked {
  readonly code: number;
  readonly message: string;
  readonly reason: string;
  readonly stream: string;
  readonly expectedRevision: bigint;
  readonly actualRevision: bigint;
}

export function unpackByHand(bytes: Buffer): Unpacked {
  const reader = { at: 0 };
  let code = 0;
  let message = "";
  let reason = "";
  let stream = "";
  let expectedRevision = 0n;
  let actualRevision = 0n;
  while (reader.at < bytes.length) {
    const tag = bytes[reader.at++];
    if (tag === 0x08) {
      code = readVarint(bytes, reader);
      continue;
    }
    const end = readVarint(bytes, reader) + reader.at;
    if (tag === 0x12) {
      message = bytes.toString("utf8", reader.at, end);
      reader.at = end;
      continue;
    }
    reader.at++;
    const typeEnd = readVarint(bytes, reader) + reader.at;
    const typeUrl = bytes.toString("latin1", reader.at, typeEnd);
    reader.at = typeEnd + 1;
    const valueEnd = readVarint(bytes, reader) + reader.at;
    while (reader.at < valueEnd) {
      const field = bytes[reader.at++];
      if (typeUrl === DETAIL && field !== 0x0a) {
        const value = readZigzag(bytes, reader);
        if (field === 0x10) expectedRevision = value;
        else actualRevision = value;
        continue;
      }
      const textEnd = readVarint(bytes, reader) + reader.at;
      const text = bytes.toString("utf8", reader.at, textEnd);
      if (field === 0x0a && typeUrl === DETAIL) stream = text;
      else if (field === 0x0a) reason = text;
      reader.at = textEnd;
    }
  }
  return { code, message, reason, stream, expectedRevision, actualRevision };
}

export function readVarint(bytes: Buffer, reader: { at: number }): number {
  let result = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[reader.at++] ?? 0;
    result |= (byte & 0x7f) << shift;
    if (byte < 0x80) return result;
  }
}

function readZigzag(bytes: Buffer, reader: { at: number }): bigint {
  let result = 0n;
  for (let shift = 0n; ; shift += 7n) {
    const byte = bytes[reader.at++] ?? 0;
    result |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return (result >> 1n) ^ -(result & 1n);
  }
}

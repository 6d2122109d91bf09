/** One frame of HTTP/2, or the preface of a client. */
export interface Frame {
  readonly type: string;
  readonly endStream: boolean;
  readonly ack: boolean;
  readonly stream: number;
  /** The whole frame, with its header. */
  readonly bytes: Buffer;
}

const TYPES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
];

const PREFACE_LENGTH = 24;
const HEADER_LENGTH = 9;

/** Divides the bytes of one direction of an HTTP/2 connection into frames. */
export class FrameReader {
  #bytes = Buffer.alloc(0);
  #preface: boolean;

  /** @param preface whether the bytes begin with the preface of a client */
  constructor(preface: boolean) {
    this.#preface = preface;
  }

  /** Returns the frames that a chunk completes. */
  push(chunk: Buffer): Frame[] {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const length = this.#preface
        ? PREFACE_LENGTH
        : this.#bytes.length < HEADER_LENGTH
          ? Number.POSITIVE_INFINITY
          : HEADER_LENGTH + this.#bytes.readUIntBE(0, 3);
      if (this.#bytes.length < length) return frames;
      frames.push(this.#preface ? preface(this.#bytes.subarray(0, length)) : parse(this.#bytes.subarray(0, length)));
      this.#bytes = this.#bytes.subarray(length);
      this.#preface = false;
    }
  }
}

function preface(bytes: Buffer): Frame {
  return { type: "preface", endStream: false, ack: false, stream: 0, bytes };
}

function parse(bytes: Buffer): Frame {
  const type = TYPES[bytes.readUInt8(3)] ?? "unknown";
  const flag = (bytes.readUInt8(4) & 1) === 1;
  const carriesData = type === "DATA" || type === "HEADERS";
  return {
    type,
    endStream: carriesData && flag,
    ack: (type === "SETTINGS" || type === "PING") && flag,
    stream: bytes.readUInt32BE(5) & 0x7fffffff,
    bytes,
  };
}

/** Returns the bytes of a frame. */
export function frame(type: string, stream: number, payload = Buffer.alloc(0), flags = 0): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(TYPES.indexOf(type), 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** Returns the bytes of a GOAWAY frame. */
export function goAway(lastStream: number, code = 0): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(lastStream, 0);
  payload.writeUInt32BE(code, 4);
  return frame("GOAWAY", 0, payload);
}

import { once } from "node:events";
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** The response of one call as a client without a gRPC library sees it. */
export interface RawAnswer {
  /** The frames in order: `"HEADERS"`, `"DATA"`, `"HEADERS+END_STREAM"`. Consecutive data frames count as one. */
  readonly frames: readonly string[];
  /** The fields of each header block as they came: names and values alternate. */
  readonly blocks: readonly (readonly string[])[];
  /** The headers of the last header frame: the trailers. */
  readonly trailers: http2.IncomingHttpHeaders;
  /** All bytes of headers and messages, and the decoded form of base64 and percent-encoded values. */
  readonly everything: string;
}

/** A message in a gRPC frame. */
export function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Makes a call on its own connection. */
export async function rawCall(
  address: string,
  path: string,
  messages: readonly Uint8Array[] = [new Uint8Array()],
  headers: http2.OutgoingHttpHeaders = {},
): Promise<RawAnswer> {
  const session = http2.connect(`http://${address}`);
  try {
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      te: "trailers",
      ...headers,
    });
    const frames: string[] = [];
    const blocks: (readonly string[])[] = [];
    const parts: string[] = [];
    let trailers: http2.IncomingHttpHeaders = {};
    const onHeaders = (received: http2.IncomingHttpHeaders, flags: number, raw: readonly string[]) => {
      blocks.push(raw);
      frames.push(flags & http2.constants.NGHTTP2_FLAG_END_STREAM ? "HEADERS+END_STREAM" : "HEADERS");
      trailers = received;
      for (const [name, value] of Object.entries(received)) parts.push(name, ...readings(String(value)));
    };
    stream.on("response", onHeaders).on("trailers", onHeaders);
    stream.on("data", (data: Buffer) => {
      if (frames.at(-1) !== "DATA") frames.push("DATA");
      parts.push(data.toString("latin1"));
    });
    for (const message of messages) stream.write(framed(message));
    stream.end();
    await once(stream, "close");
    return { frames, blocks, trailers, everything: parts.join("\n") };
  } finally {
    session.close();
  }
}

function readings(value: string): string[] {
  const decoded = [value, Buffer.from(value, "base64").toString("latin1")];
  try {
    decoded.push(decodeURI(value));
  } catch {}
  return decoded;
}

/** The bytes of a `-bin` trailer. */
export function bytesOf(value: string | string[] | undefined): Buffer {
  if (typeof value !== "string") throw new TypeError(`expected one value, got ${JSON.stringify(value)}`);
  return Buffer.from(value, "base64");
}

/** Starts a server that ends every call with the same headers and no messages. Returns its address. */
export async function startRawServer(trailers: http2.OutgoingHttpHeaders): Promise<string> {
  const server = http2.createServer();
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on("session", (session) => sessions.add(session));
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.respond({ ":status": 200, "content-type": "application/grpc", ...trailers }, { endStream: true });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { bitsOf, huffmanBits } from "./hpack.js";

/** A proxy between a client and a server that keeps every byte of the server. */
export interface Tap {
  /** The address for clients. */
  readonly address: string;
  /** The bytes that the server has sent so far. */
  readonly bytes: () => Buffer;
}

/** Starts a tap in front of a server. */
export async function startTap(server: string): Promise<Tap> {
  const [host = "", port] = server.split(":");
  const chunks: Buffer[] = [];
  const sockets: Socket[] = [];
  const tap = createServer((client) => {
    const upstream = connect(Number(port), host);
    upstream.on("data", (chunk: Buffer) => chunks.push(chunk));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) sockets.push(socket.on("error", () => {}));
  });
  tap.listen(0, "127.0.0.1");
  await once(tap, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    tap.close();
  });
  const address = tap.address();
  if (typeof address !== "object" || !address) throw new TypeError("a port was wanted");
  return { address: `127.0.0.1:${address.port}`, bytes: () => Buffer.concat(chunks) };
}

/**
 * Returns the forms that a text can have in the bytes of HTTP/2: plain, in base64
 * at any position of a longer text, and each of these in HPACK's Huffman code.
 *
 * @param text letters and digits
 */
export function formsAmong(bytes: Buffer, text: string): string[] {
  const plain = bytes.toString("latin1");
  const bits = bitsOf(bytes);
  const found: string[] = [];
  const forms = {
    "as it is": text,
    ...Object.fromEntries([0, 1, 2].map((before) => [`in base64, ${before} bytes in`, base64(text, before)])),
  };
  for (const [form, part] of Object.entries(forms)) {
    if (plain.includes(part)) found.push(form);
    if (bits.includes(huffmanBits(part))) found.push(`${form}, in Huffman's code`);
  }
  return found;
}

/** The base64 of a text after a number of bytes, without the characters that depend on its neighbours. */
function base64(text: string, before: number): string {
  const whole = Math.floor((before + text.length) / 3) * 4;
  return Buffer.from(`${"\0".repeat(before)}${text}`)
    .toString("base64")
    .slice(before === 0 ? 0 : 4, whole);
}

import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { type Frame, FrameReader } from "../../../support/frames.js";

export const DIRECTIONS = ["request", "response"] as const;
export const PLACES = ["before", "within", "after"] as const;
export const WAYS = ["FIN", "RST"] as const;

/** Where a connection is cut, and how: closed in order, or reset. */
export interface Cut {
  readonly direction: (typeof DIRECTIONS)[number];
  /** The number of the frame in its direction, from 0. */
  readonly frame: number;
  readonly place: (typeof PLACES)[number];
  readonly way: (typeof WAYS)[number];
}

/** A TCP proxy for one connection of HTTP/2. */
export interface CuttingProxy {
  readonly address: string;
  /** Returns the frame at which the connection was cut. `undefined` if it was not. */
  readonly cutFrame: () => Frame | undefined;
  readonly close: () => void;
}

/** Starts a proxy to a local port that passes on one connection, in random chunks, until it cuts it. */
export async function startCuttingProxy(port: number, cut: Cut, random: () => number): Promise<CuttingProxy> {
  let found: Frame | undefined;
  const sockets: net.Socket[] = [];
  const server = net.createServer((client) => {
    client.on("error", () => {});
    // A second connection would hide what the cut did to the first one.
    if (sockets.length > 0) return void client.destroy();
    const upstream = net.connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(client, upstream);
    for (const socket of sockets) socket.setNoDelay();
    forward("request", client, upstream);
    forward("response", upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function forward(direction: Cut["direction"], from: net.Socket, to: net.Socket): void {
    const reader = new FrameReader(direction === "request");
    let index = 0;
    let queue = Promise.resolve();
    from.on("data", (data: Buffer) => {
      for (const frame of reader.push(data)) {
        const isCut = direction === cut.direction && index++ === cut.frame;
        queue = queue.then(() => (isCut ? cutAt(frame, to) : write(to, frame.bytes)));
      }
    });
    from.on("close", () => {
      queue = queue.then(() => void to.destroySoon());
    });
  }

  async function cutAt(frame: Frame, to: net.Socket): Promise<void> {
    if (found) return;
    const { length } = frame.bytes;
    const passed = { before: 0, within: 1 + Math.floor(random() * (length - 1)), after: length }[cut.place];
    await write(to, frame.bytes.subarray(0, passed));
    found = frame;
    for (const socket of sockets) {
      if (cut.way === "FIN") socket.destroySoon();
      else socket.resetAndDestroy();
    }
  }

  async function write(to: net.Socket, bytes: Buffer): Promise<void> {
    for (let from = 0; from < bytes.length && !found; ) {
      const until = random() < 0.5 ? bytes.length : from + 1 + Math.floor(random() * (bytes.length - from));
      await new Promise((resolve) => to.write(bytes.subarray(from, until), resolve));
      if (random() < 0.3) await turn();
      from = until;
    }
  }

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutFrame: () => found,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

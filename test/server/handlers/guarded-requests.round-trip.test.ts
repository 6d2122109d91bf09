import { once } from "node:events";
import http2, { type Http2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { expect, it, onTestFinished, vi } from "vitest";
import { afterRoundTrip } from "../../../src/server/handlers/guarded-requests.js";

/** Returns the server's side of a connection, and the client's socket. */
async function connect(): Promise<{ session: Http2Session; socket: Socket }> {
  const server = http2.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).on("error", () => {});
  const [session] = (await once(server, "session")) as [Http2Session];
  await once(client, "remoteSettings");
  const symbol = Object.getOwnPropertySymbols(client).find(({ description }) => description === "socket");
  const socket = (client as unknown as Record<symbol, Socket>)[symbol ?? Symbol()];
  if (!socket) throw new TypeError("the session has no socket");
  onTestFinished(() => {
    client.destroy();
    session.destroy();
    server.close();
  });
  return { session, socket };
}

const roundTrip = (session: Http2Session, done: () => void = () => {}) =>
  new Promise<void>((resolve) => {
    afterRoundTrip(session, () => {
      done();
      resolve();
    });
  });

it("calls back in order, with one PING for the first callback and one for all that wait meanwhile", async () => {
  const { session } = await connect();
  const ping = vi.spyOn(session, "ping");
  const order: number[] = [];
  await Promise.all([0, 1, 2, 3].map((number) => roundTrip(session, () => order.push(number))));
  expect(order).toEqual([0, 1, 2, 3]);
  expect(ping).toHaveBeenCalledTimes(2);
  await roundTrip(session);
  expect(ping).toHaveBeenCalledTimes(3);
});

it("calls back a callback that is added by a callback", async () => {
  const { session } = await connect();
  await new Promise<void>((resolve) => afterRoundTrip(session, () => afterRoundTrip(session, resolve)));
  expect(session.destroyed).toBe(false);
});

it("calls back if the connection is closed or closes", async () => {
  const { session } = await connect();
  const going = roundTrip(session);
  session.destroy();
  await going;
  await roundTrip(session);
  expect(session.destroyed).toBe(true);
});

it("calls back if no more PINGs may be sent", async () => {
  const { session } = await connect();
  while (session.ping(() => {}));
  await roundTrip(session);
  expect(session.destroyed).toBe(false);
});

it("calls back after a second if the client does not answer", async () => {
  const { session, socket } = await connect();
  socket.pause();
  const done = vi.fn();
  await roundTrip(session, done);
  expect(done).toHaveBeenCalledTimes(1);
});

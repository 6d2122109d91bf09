import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createClient, type Transport } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { richErrorConnectInterceptor, richErrorTransport } from "grpc-rich-errors/connect";
import { BoxOffice } from "./box-office.js";
import type { Customer, RunningServer } from "./customer.js";
import { catalog } from "./gen/tickets/v1/errors.rich.js";
import { TicketService } from "./gen/tickets/v1/tickets_pb.js";

/** Starts a server of Connect, which speaks gRPC, gRPC-Web and Connect's own protocol. */
export async function startConnect(): Promise<RunningServer> {
  const office = new BoxOffice();
  const errors = richErrorConnectInterceptor({
    onError: ({ masked, requestId, error }) => masked && console.error(requestId, error),
  });
  const server = createServer(
    connectNodeAdapter({
      interceptors: [errors],
      routes: (router) =>
        router.service(TicketService, {
          bookSeat: ({ seat }) => ({ ticket: office.bookSeat(seat) }),
          async *bookSeats({ seats }) {
            for (const seat of seats) yield { ticket: office.bookSeat(seat) };
          },
        }),
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}

/** A customer with a client of Connect, over any of its transports. */
export function connectCustomer(transport: Transport): Customer {
  const client = createClient(TicketService, richErrorTransport(transport, { catalogs: [catalog] }));
  return {
    async bookSeat(seat) {
      const { ticket } = await client.bookSeat({ seat });
      return ticket;
    },
    async *bookSeats(seats) {
      for await (const { ticket } of client.bookSeats({ seats: [...seats] })) yield ticket;
    },
    close: () => {},
  };
}

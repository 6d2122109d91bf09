import { richErrorClientMiddleware, richErrorServerMiddleware } from "grpc-rich-errors/nice-grpc";
import { createChannel, createClientFactory, createServer } from "nice-grpc";
import { BoxOffice } from "./box-office.js";
import type { Customer, RunningServer } from "./customer.js";
import { catalog } from "./gen/tickets/v1/errors.rich.js";
import { type BookSeatRequest, type BookSeatsRequest, TicketServiceDefinition } from "./gen/tickets/v1/tickets.js";

/** Starts a server of nice-grpc. */
export async function startNiceGrpc(): Promise<RunningServer> {
  const office = new BoxOffice();
  const server = createServer().use(
    richErrorServerMiddleware({ onError: ({ masked, requestId, error }) => masked && console.error(requestId, error) }),
  );
  server.add(TicketServiceDefinition, {
    async bookSeat({ seat }: BookSeatRequest) {
      return { ticket: office.bookSeat(seat) };
    },
    async *bookSeats({ seats }: BookSeatsRequest) {
      for (const seat of seats) yield { ticket: office.bookSeat(seat) };
    },
  });
  const port = await server.listen("127.0.0.1:0");
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

/** A customer with a client of nice-grpc. */
export function niceGrpcCustomer(address: string): Customer {
  const channel = createChannel(address);
  const client = createClientFactory()
    .use(richErrorClientMiddleware({ catalogs: [catalog] }))
    .create(TicketServiceDefinition, channel);
  return {
    async bookSeat(seat) {
      const { ticket } = await client.bookSeat({ seat });
      return ticket;
    },
    async *bookSeats(seats) {
      for await (const { ticket } of client.bookSeats({ seats: [...seats] })) yield ticket;
    },
    close: () => channel.close(),
  };
}

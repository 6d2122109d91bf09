import { credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import type { Customer } from "./customer.js";
import { catalog } from "./gen/tickets/v1/errors.rich.js";
import { TicketServiceClient } from "./gen/tickets/v1/tickets.js";

/** A customer with a client of grpc-js. */
export function grpcJsCustomer(address: string): Customer {
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new TicketServiceClient(address, credentials.createInsecure(), options);
  const calls = promises(client);
  return {
    async bookSeat(seat) {
      const { ticket } = await calls.bookSeat({ seat });
      return ticket;
    },
    async *bookSeats(seats) {
      for await (const { ticket } of calls.bookSeats({ seats: [...seats] })) yield ticket;
    },
    close: () => client.close(),
  };
}

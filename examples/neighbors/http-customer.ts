import { RichError } from "grpc-rich-errors";
import { fromHttp } from "grpc-rich-errors/http";
import type { Customer } from "./customer.js";
import { catalog } from "./gen/tickets/v1/errors.rich.js";

/** A customer of a gateway, on `fetch`. */
export function httpCustomer(address: string): Customer {
  const bookSeat = async (seat: string) => {
    const response = await fetch(`http://${address}/seats/${seat}`, { method: "POST" }).catch((failure: unknown) => {
      throw RichError.from(failure, { catalogs: [catalog] });
    });
    const text = await response.text();
    if (!response.ok) throw fromHttp(response.status, response.headers, text, { catalogs: [catalog] });
    const { ticket } = JSON.parse(text) as { ticket: number };
    return ticket;
  };
  return {
    bookSeat,
    async *bookSeats(seats) {
      for (const seat of seats) yield await bookSeat(seat);
    },
    close: () => {},
  };
}

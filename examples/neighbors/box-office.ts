import { BoxOfficeBusyError, SeatTakenError } from "./gen/tickets/v1/errors.rich.js";

const FREE_SEATS = ["A1", "A2", "A3"];

/** A box office. It throws declared errors, and knows neither nice-grpc nor Connect. */
export class BoxOffice {
  readonly #free = new Set(FREE_SEATS);

  /** Books a seat. Returns the number of the ticket. */
  bookSeat(seat: string): number {
    if (seat === "Z9") throw new BoxOfficeBusyError();
    if (seat === "broken") throw new Error("the password of the database is hunter2");
    if (!this.#free.delete(seat)) throw new SeatTakenError({ seat, freeSeats: this.#free.size });
    return FREE_SEATS.length - this.#free.size;
  }
}

/** A customer of a box office. Every method fails with the declared errors, whatever is in between. */
export interface Customer {
  bookSeat(seat: string): Promise<number>;
  /** Books seats until one cannot be booked. */
  bookSeats(seats: readonly string[]): AsyncIterable<number>;
  close(): void;
}

/** A server on a port of its own. */
export interface RunningServer {
  readonly address: string;
  close(): void;
}

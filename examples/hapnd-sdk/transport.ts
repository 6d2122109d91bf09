import type { AppendRequest, AppendResponse, ReadRequest, ReadResponse } from "./gen/hapnd/events/v1/events.js";

/** What carries a client's requests to Hapnd. What it throws is a `HapndFailure`, or `RichError.from` makes one of it. */
export interface Transport {
  /** @param timeout in milliseconds */
  append(request: AppendRequest, timeout: number): Promise<AppendResponse>;
  /** @param timeout in milliseconds, for all of the answer */
  read(request: ReadRequest, timeout: number): AsyncIterable<ReadResponse>;
  close(): void;
}

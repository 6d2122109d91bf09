import type { AppendRequest, AppendResponse, ReadRequest, ReadResponse } from "./gen/hapnd/events/v1/events.js";

/** Carries a client's requests to Hapnd. It throws a `HapndFailure`, or an error that `RichError.from` can convert to one. */
export interface Transport {
  /** @param timeout in milliseconds */
  append(request: AppendRequest, timeout: number): Promise<AppendResponse>;
  /** @param timeout in milliseconds, for the whole response */
  read(request: ReadRequest, timeout: number): AsyncIterable<ReadResponse>;
  close(): void;
}

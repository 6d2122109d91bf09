import { type PackedError, packError } from "grpc-rich-errors";
import { ServerBusyError } from "grpc-rich-errors/catalogs/eventlog";
import { RETRY_DELAY } from "./numbers.js";

/** The error with which the server turns a request away. */
export const turnedAway = () => new ServerBusyError({ shard: 1 }, { retryDelay: RETRY_DELAY });

/** The same as a status, with the pushback that the server adds. */
export function busy(): PackedError {
  const status = packError(turnedAway());
  status.metadata.set("grpc-retry-pushback-ms", String(RETRY_DELAY));
  return status;
}

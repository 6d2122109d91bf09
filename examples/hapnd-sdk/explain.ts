import { isErrorOf } from "grpc-rich-errors";
import { NotFoundError } from "grpc-rich-errors/catalogs/hapnd";
import { EventsContract } from "./gen/hapnd/events/v1/events.rich.js";

/** Explains to a user why events were not appended. Rethrows errors that the contract does not name. */
export function explainAppend(error: unknown): string {
  if (!isErrorOf(EventsContract.append, error)) throw error;
  switch (error.reason) {
    case "VALIDATION_ERROR":
      return error.detail.violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    case "AGGREGATE_TYPE_MISMATCH":
      return `${error.detail.aggregateId} is of another type: ${error.detail.actualType}`;
    case "CONCURRENCY_CONFLICT":
      return `somebody was faster, reload version ${error.detail.actualVersion}`;
  }
}

/** Explains to a user why events cannot be read. Rethrows any other error. */
export function explainRead(error: unknown): string {
  if (error instanceof NotFoundError) return "there are no events yet";
  throw error;
}

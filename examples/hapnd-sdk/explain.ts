import { isErrorOf } from "grpc-rich-errors";
import { EventsContract } from "./gen/hapnd/events/v1/events.rich.js";

/** Explains to a user why events were not appended. Rethrows errors that the contract does not name. */
export function explainAppend(error: unknown): string {
  if (!isErrorOf(EventsContract.append, error)) throw error;
  switch (error.reason) {
    case "VALIDATION_ERROR":
      return error.detail.violations.map(({ field, description }) => `${field} ${description}`).join("; ");
    case "AGGREGATE_TYPE_MISMATCH":
      return `${error.detail.aggregateId} already belongs to another kind: ${error.detail.actualType}`;
    case "CONCURRENCY_CONFLICT":
      return `somebody was faster; reload version ${error.detail.actualVersion}`;
  }
}

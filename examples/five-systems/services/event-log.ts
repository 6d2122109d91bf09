import { setTimeout as sleep } from "node:timers/promises";
import type { RichImplementation } from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  EmptyEventsListError,
  InflightDuplicateWriteError,
  OptimisticConcurrencyViolationError,
} from "grpc-rich-errors/catalogs/eventlog";
import type { EventLogService } from "../gen/systems/v1/systems.js";

/** How long the follower takes to confirm a write, in milliseconds. */
const REPLICATION = 300;

/** An event store whose clients number their writes, so that a repeated write is stored once. */
export function eventLog(): RichImplementation<EventLogService> {
  const versions = new Map<string, bigint>();
  const writes = new Map<string, "in flight" | "durable">();
  return {
    async write({ request: { aggregate, expectedVersion, clientId, clientSequence, events } }) {
      const key = JSON.stringify([clientId, String(clientSequence)]);
      const written = writes.get(key);
      if (written === "durable") throw new ClientIdempotencyViolationError({ clientId, clientSequence });
      if (written === "in flight") throw new InflightDuplicateWriteError({ clientId, clientSequence });
      if (events.length === 0) throw new EmptyEventsListError();
      const actualVersion = versions.get(aggregate) ?? 0n;
      if (expectedVersion !== actualVersion) {
        throw new OptimisticConcurrencyViolationError({ aggregate, expectedVersion, actualVersion });
      }
      const version = actualVersion + BigInt(events.length);
      versions.set(aggregate, version);
      writes.set(key, "in flight");
      await sleep(REPLICATION);
      writes.set(key, "durable");
      return { version };
    },
  };
}

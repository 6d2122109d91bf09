import type { Server } from "@grpc/grpc-js";
import { richHandlers } from "grpc-rich-errors";
import {
  AggregateTypeMismatchError,
  ConcurrencyConflictError,
  NotFoundError,
  ValidationError,
} from "grpc-rich-errors/catalogs/hapnd";
import { type Event, EventsService } from "./gen/hapnd/events/v1/events.js";

interface Aggregate {
  readonly type: string;
  readonly events: Event[];
}

/** Adds a Hapnd to a server that keeps its events in memory. */
export function addEvents(server: Server): void {
  const aggregates = new Map<string, Aggregate>();
  server.addService(
    EventsService,
    richHandlers(EventsService, {
      append: ({ request: { aggregateId, aggregateType, expectedVersion, events } }) => {
        if (events.length === 0) {
          throw new ValidationError({ violations: [{ field: "events", description: "must not be empty" }] });
        }
        const aggregate = aggregates.get(aggregateId) ?? { type: aggregateType, events: [] };
        if (aggregate.type !== aggregateType) {
          const { type: actualType } = aggregate;
          throw new AggregateTypeMismatchError({ aggregateId, requestedType: aggregateType, actualType });
        }
        const actualVersion = BigInt(aggregate.events.length);
        if (expectedVersion !== undefined && expectedVersion !== actualVersion) {
          throw new ConcurrencyConflictError({ expectedVersion, actualVersion });
        }
        aggregate.events.push(...events);
        aggregates.set(aggregateId, aggregate);
        return { version: BigInt(aggregate.events.length) };
      },
      *read({ request: { aggregateId } }) {
        const aggregate = aggregates.get(aggregateId);
        if (!aggregate) throw new NotFoundError();
        for (const [index, event] of aggregate.events.entries()) yield { event, version: BigInt(index + 1) };
      },
    }),
  );
}

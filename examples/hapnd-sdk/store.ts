import {
  HapndAggregateTypeMismatchError,
  HapndConcurrencyError,
  HapndValidationError,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import type { AppendRequest, Event } from "./gen/hapnd/events/v1/events.js";

/** The service: the events of aggregates, in memory. It knows neither gRPC nor HTTP. */
export class Store {
  readonly #aggregates = new Map<string, { readonly type: string; readonly events: Event[] }>();

  /** Appends events to an aggregate. Returns the new version. */
  append({ aggregateId, aggregateType, expectedVersion, events }: AppendRequest): bigint {
    if (events.length === 0) {
      throw new HapndValidationError({ violations: [{ field: "events", description: "must not be empty" }] });
    }
    const aggregate = this.#aggregates.get(aggregateId) ?? { type: aggregateType, events: [] };
    if (aggregate.type !== aggregateType) {
      const { type: actualType } = aggregate;
      throw new HapndAggregateTypeMismatchError({ aggregateId, requestedType: aggregateType, actualType });
    }
    const actualVersion = BigInt(aggregate.events.length);
    if (expectedVersion !== undefined && expectedVersion !== actualVersion) {
      throw new HapndConcurrencyError({ expectedVersion, actualVersion });
    }
    aggregate.events.push(...events);
    this.#aggregates.set(aggregateId, aggregate);
    return BigInt(aggregate.events.length);
  }

  /** The events of an aggregate. */
  read(aggregateId: string): readonly Event[] {
    const aggregate = this.#aggregates.get(aggregateId);
    if (!aggregate) throw new NotFoundError();
    return aggregate.events;
  }
}

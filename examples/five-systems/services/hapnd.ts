import type { RichImplementation } from "grpc-rich-errors";
import {
  HapndAggregateTypeMismatchError,
  HapndConcurrencyError,
  HapndValidationError,
  NotFoundError,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import type { AppendRequest, HapndService } from "../gen/systems/v1/systems.js";

/** How long it takes to compile a reducer, in milliseconds. */
const COMPILATION = 300;

/** Typed aggregates, and reducers that compute their states. */
export function hapnd(): RichImplementation<HapndService> {
  const aggregates = new Map<string, { readonly type: string; readonly version: bigint }>();
  const reducers = new Map<string, { readonly source: string; readonly readyAt: number }>();
  const bound = new Map<string, string>();
  return {
    append({ request }) {
      validate(request);
      const { aggregateId, aggregateType, expectedVersion, events } = request;
      const { type, version } = aggregates.get(aggregateId) ?? { type: aggregateType, version: 0n };
      if (type !== aggregateType) {
        throw new HapndAggregateTypeMismatchError({ aggregateId, requestedType: aggregateType, actualType: type });
      }
      if (version !== expectedVersion) throw new HapndConcurrencyError({ expectedVersion, actualVersion: version });
      aggregates.set(aggregateId, { type, version: version + BigInt(events.length) });
      return { version: version + BigInt(events.length) };
    },

    uploadReducer({ request: { source } }) {
      const reducerId = `reducer-${reducers.size + 1}`;
      reducers.set(reducerId, { source, readyAt: performance.now() + COMPILATION });
      return { reducerId };
    },

    bindReducer({ request: { reducerId, aggregateType } }) {
      const reducer = reducers.get(reducerId);
      if (!reducer) throw new NotFoundError();
      if (performance.now() < reducer.readyAt) throw new ReducerNotReadyError();
      bound.set(aggregateType, reducerId);
      return {};
    },
  };
}

/** Throws once, with all mistakes. */
function validate({ aggregateId, aggregateType, events }: AppendRequest): void {
  const violations = [
    ...(aggregateId === "" ? [{ field: "aggregateId", description: "is required" }] : []),
    ...(aggregateType === "" ? [{ field: "aggregateType", description: "is required" }] : []),
    ...(events.length === 0 ? [{ field: "events", description: "must hold at least one event" }] : []),
  ];
  if (violations.length > 0) throw new HapndValidationError({ violations });
}

import { ConcurrencyConflictError, NotFoundError, ValidationError } from "grpc-rich-errors/catalogs/hapnd";

/** What a request to append an event says. */
interface Append {
  readonly type: string;
  readonly expectedVersion: number;
}

/** What the servers serve: aggregates, each a list of events. It knows nothing of HTTP. */
export class Aggregates {
  readonly #events = new Map<string, string[]>();

  /** Appends an event to an aggregate; answers the version that the aggregate is at then. */
  append(id: string, request: unknown): { version: number } {
    const { type, expectedVersion } = checked(request);
    const events = this.#events.get(id) ?? [];
    if (events.length !== expectedVersion) {
      const [expected, actual] = [BigInt(expectedVersion), BigInt(events.length)];
      throw new ConcurrencyConflictError({ expectedVersion: expected, actualVersion: actual });
    }
    this.#events.set(id, [...events, type]);
    return { version: events.length + 1 };
  }

  /** The events of an aggregate. */
  read(id: string): { events: readonly string[] } {
    const events = this.#events.get(id);
    if (!events) throw new NotFoundError({ message: `there is no aggregate ${id}` });
    return { events };
  }
}

function checked(request: unknown): Append {
  const { type, expectedVersion } = Object(request) as { readonly [field: string]: unknown };
  const violations = [];
  if (typeof type !== "string" || type === "") violations.push({ field: "type", description: "must be a text" });
  if (!Number.isSafeInteger(expectedVersion) || Number(expectedVersion) < 0) {
    violations.push({ field: "expectedVersion", description: "must be a whole number from 0" });
  }
  if (violations.length > 0) throw new ValidationError({ violations });
  return { type: String(type), expectedVersion: Number(expectedVersion) };
}

import { HapndConcurrencyError, HapndValidationError, NotFoundError } from "grpc-rich-errors/catalogs/hapnd";

/** The body of a request to append an event. */
interface Append {
  readonly type: string;
  readonly expectedVersion: number;
}

/** The service: aggregates, each a list of events. It does not know HTTP. */
export class Aggregates {
  readonly #events = new Map<string, string[]>();

  /** Appends an event to an aggregate. Returns the new version. */
  append(id: string, request: unknown): { version: number } {
    const { type, expectedVersion } = checked(request);
    const events = this.#events.get(id) ?? [];
    if (events.length !== expectedVersion) {
      const [expected, actual] = [BigInt(expectedVersion), BigInt(events.length)];
      throw new HapndConcurrencyError({ expectedVersion: expected, actualVersion: actual });
    }
    this.#events.set(id, [...events, type]);
    return { version: events.length + 1 };
  }

  /** The events of an aggregate. */
  read(id: string): { events: readonly string[] } {
    const events = this.#events.get(id);
    if (!events) throw new NotFoundError({ message: `the aggregate ${id} does not exist` });
    return { events };
  }
}

function checked(request: unknown): Append {
  const { type, expectedVersion } = Object(request) as { readonly [field: string]: unknown };
  const violations = [];
  if (typeof type !== "string" || type === "")
    violations.push({ field: "type", description: "must be a non-empty string" });
  if (!Number.isSafeInteger(expectedVersion) || Number(expectedVersion) < 0) {
    violations.push({ field: "expectedVersion", description: "must be an integer of at least 0" });
  }
  if (violations.length > 0) throw new HapndValidationError({ violations });
  return { type: String(type), expectedVersion: Number(expectedVersion) };
}

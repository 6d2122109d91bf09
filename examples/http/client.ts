import { RichError } from "grpc-rich-errors";
import { catalog, HapndConcurrencyError } from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp } from "grpc-rich-errors/http";

const catalogs = [catalog];

/** A client of the servers, on `fetch`. It throws only RichErrors. */
export class AggregatesClient {
  constructor(private readonly url: string) {}

  /** Appends an event to an aggregate at the expected version. */
  async append(id: string, type: string, expectedVersion: number): Promise<number> {
    const body = JSON.stringify({ type, expectedVersion });
    const headers = { "content-type": "application/json" };
    const { version } = (await this.#call(`${id}/events`, { method: "POST", body, headers })) as { version: number };
    return version;
  }

  /** Appends an event to an aggregate at any version. */
  async appendAnyway(id: string, type: string, guess = 0): Promise<number> {
    try {
      return await this.append(id, type, guess);
    } catch (error) {
      if (!(error instanceof HapndConcurrencyError)) throw error;
      return this.appendAnyway(id, type, Number(error.detail.actualVersion));
    }
  }

  /** The events of an aggregate. */
  async read(id: string): Promise<readonly string[]> {
    const { events } = (await this.#call(id)) as { events: readonly string[] };
    return events;
  }

  async #call(path: string, init?: RequestInit): Promise<unknown> {
    const response = await fetch(`${this.url}/aggregates/${path}`, init).catch((failure: unknown) => {
      throw RichError.from(failure, { catalogs });
    });
    if (response.ok) return response.json();
    throw fromHttp(response.status, response.headers, await response.text(), { catalogs });
  }
}

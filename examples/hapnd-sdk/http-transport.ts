import { catalog } from "grpc-rich-errors/catalogs/hapnd";
import { fromHttp } from "grpc-rich-errors/http";
import type { Transport } from "./transport.js";

/** Calls Hapnd over HTTP. `fromHttp` reads error responses, and the client converts the errors of `fetch`. */
export function overHttp(url: string): Transport {
  return {
    append: async ({ aggregateId, expectedVersion, ...rest }, timeout) => {
      const body = JSON.stringify({
        ...rest,
        ...(expectedVersion !== undefined && { expectedVersion: `${expectedVersion}` }),
      });
      const { version } = await call<{ version: string }>(aggregateId, timeout, { method: "POST", body });
      return { version: BigInt(version) };
    },
    read: async function* ({ aggregateId }, timeout) {
      const events = await call<{ type: string; data: string }[]>(aggregateId, timeout);
      for (const [index, event] of events.entries()) yield { event, version: BigInt(index + 1) };
    },
    close: () => {},
  };

  async function call<Body>(aggregateId: string, timeout: number, init?: RequestInit): Promise<Body> {
    const path = `${url}/aggregates/${encodeURIComponent(aggregateId)}/events`;
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(timeout) });
    const body = await response.text();
    if (!response.ok) throw fromHttp(response.status, response.headers, body, { catalogs: [catalog] });
    return JSON.parse(body) as Body;
  }
}

import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { InvalidRequestError, NotFoundError } from "grpc-rich-errors/catalogs/hapnd";
import { toHttp } from "grpc-rich-errors/http";
import type { AppendRequest } from "./gen/hapnd/events/v1/events.js";
import type { Store } from "./store.js";

/** A Hapnd over HTTP. Its errors have the documented form: `{"error": …, "errorCode": …}`. */
export function httpServer(store: Store): Server {
  return createServer(async (request, response) => {
    try {
      response.setHeader("Content-Type", "application/json").end(JSON.stringify(await respond(request)));
    } catch (thrown) {
      const { status, headers, body } = toHttp(thrown, { format: "compact" });
      response.writeHead(status, headers).end(JSON.stringify(body));
    }
  });

  async function respond(request: IncomingMessage): Promise<unknown> {
    const [, id] = /^\/aggregates\/([^/?]+)\/events$/.exec(request.url ?? "") ?? [];
    if (id === undefined) throw new NotFoundError();
    const aggregateId = decodeURIComponent(id);
    if (request.method !== "POST") return store.read(aggregateId);
    return { version: String(store.append({ aggregateId, ...parse(await text(request)) })) };
  }
}

/** The body of an append request: 64-bit integers are strings, as in proto3 JSON. */
interface AppendBody extends Pick<AppendRequest, "aggregateType" | "events"> {
  readonly expectedVersion?: string;
}

/** Parses the body of an append request. A real service would check more of it. */
function parse(body: string): Omit<AppendRequest, "aggregateId"> {
  try {
    const { aggregateType, expectedVersion, events } = JSON.parse(body) as AppendBody;
    if (!Array.isArray(events)) throw new TypeError("events must be a list");
    return {
      aggregateType,
      events,
      ...(expectedVersion !== undefined && { expectedVersion: BigInt(expectedVersion) }),
    };
  } catch (cause) {
    throw new InvalidRequestError({ message: "the body is not a valid append request", cause });
  }
}

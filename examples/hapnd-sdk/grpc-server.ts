import { Server } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { EventsService } from "./gen/hapnd/events/v1/events.js";
import { EventsContract } from "./gen/hapnd/events/v1/events.rich.js";
import type { Store } from "./store.js";

/** A Hapnd over gRPC. Its methods send only the errors that their proto declares. */
export function grpcServer(store: Store): Server {
  const boundary = richErrorServerInterceptor({ contracts: [EventsContract], strictContracts: true });
  const server = new Server({ interceptors: [boundary] });
  server.addService(
    EventsService,
    richHandlers(EventsService, {
      append: ({ request }) => ({ version: store.append(request) }),
      *read({ request: { aggregateId } }) {
        for (const [index, event] of store.read(aggregateId).entries()) yield { event, version: BigInt(index + 1) };
      },
    }),
  );
  return server;
}

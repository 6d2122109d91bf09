import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/hapnd";
import { EventsClient } from "./gen/hapnd/events/v1/events.js";
import type { Transport } from "./transport.js";

/** Calls Hapnd over gRPC. The client's options convert every error of a call to the catalog's classes. */
export function overGrpc(address: string, secure: ChannelCredentials = credentials.createInsecure()): Transport {
  const client = new EventsClient(address, secure, richErrorClientOptions({ catalogs: [catalog] }));
  const calls = promises(client);
  return {
    append: (request, timeout) => calls.append(request, { deadline: Date.now() + timeout }),
    read: (request, timeout) => calls.read(request, { deadline: Date.now() + timeout }),
    close: () => client.close(),
  };
}

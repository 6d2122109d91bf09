import { credentials, InterceptingCall, type Interceptor, type StatusObject } from "@grpc/grpc-js";
import { type PromiseClient, promises, richErrorClientOptions } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import { EventStoreClient } from "../gen/eventstore/v1/eventstore.js";
import type { Address } from "../options.js";

/** A connection to a server, with three clients. */
export class Connection {
  /** The client that ts-proto generates. Its options make its errors RichErrors. */
  readonly client: EventStoreClient;
  /** The same client with promises and async iterables. */
  readonly promised: PromiseClient<EventStoreClient>;
  /** A client without rich errors. */
  readonly plain: EventStoreClient;

  /**
   * @param statuses collects the statuses of failed calls as they come from the wire
   */
  constructor({ host, port }: Address, statuses: StatusObject[]) {
    const address = `${host}:${port}`;
    const interceptors = [noteInto(statuses)];
    const options = { ...richErrorClientOptions({ catalogs: [catalog] }), interceptors };
    this.client = new EventStoreClient(address, credentials.createInsecure(), options);
    this.promised = promises(this.client);
    this.plain = new EventStoreClient(address, credentials.createInsecure(), { interceptors });
  }

  close(): void {
    this.client.close();
    this.plain.close();
  }
}

/** Records statuses on their way to the client without changing them. */
function noteInto(statuses: StatusObject[]): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start: (metadata, _listener, next) =>
        next(metadata, {
          onReceiveStatus: (status, nextStatus) => {
            if (status.code !== 0) statuses.push(status);
            nextStatus(status);
          },
        }),
    });
}

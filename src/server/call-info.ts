import type { Metadata, ServerInterceptingCallInterface } from "@grpc/grpc-js";
import { requestIdOf } from "./request-id.js";

/** What is known of a call beside its requests. */
export interface CallInfo {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /** The address of the client: `"10.0.0.7:49152"`. */
  readonly peer: string;
  /** What came with the call. Not among what is printed, because it may hold secrets. */
  readonly metadata: Metadata;
  /**
   * The id of the call, the same for all that is told of it: its `x-request-id`,
   * else the trace id of its `traceparent`, else a random UUID.
   */
  readonly requestId: string;
}

/** What is known of a call. Most of it is found out when it is first asked for: most failures are told to nobody. */
export class IncomingCall implements CallInfo {
  readonly #connection: Connection;
  readonly #metadata: Metadata;
  #requestId: string | undefined;

  constructor(
    readonly method: string,
    connection: Connection,
    metadata: Metadata,
  ) {
    this.#connection = connection;
    this.#metadata = metadata;
  }

  get peer(): string {
    // Not `getPeer`, which has forgotten it when the call is over.
    const { remoteAddress = "unknown", remotePort } = this.#connection.getConnectionInfo();
    return remotePort === undefined ? remoteAddress : `${remoteAddress}:${remotePort}`;
  }

  get metadata(): Metadata {
    return this.#metadata;
  }

  get requestId(): string {
    this.#requestId ??= requestIdOf(this.#metadata);
    return this.#requestId;
  }
}

type Connection = Pick<ServerInterceptingCallInterface, "getConnectionInfo">;

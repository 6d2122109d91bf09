import type { Metadata } from "@grpc/grpc-js";

/** A call on the server. */
export interface CallInfo {
  /** The full path of the method: `"/shop.orders.v1.Orders/GetOrder"`. */
  readonly method: string;
  /**
   * The address of the client: `"10.0.0.7:49152"`. Before version 1.14 of grpc-js, it is `"unknown"` once the connection
   * has closed.
   */
  readonly peer: string;
  /** The metadata of the request. It is not printed, because it may hold secrets. */
  readonly metadata: Metadata;
  /**
   * The id of the call in every report and masked error: its `x-request-id`, else the
   * trace id of its `traceparent`, else a random UUID.
   */
  readonly requestId: string;
}

/** A {@link CallInfo} that reads the peer and the request id on demand, because most failures need neither. */
export class ServerCallInfo implements CallInfo {
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
    // `getPeer` no longer knows the address once the call is over, but grpc-js before 1.14 has nothing else.
    if (!("getConnectionInfo" in this.#connection)) return this.#connection.getPeer();
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

type Address = { readonly remoteAddress?: string | undefined; readonly remotePort?: number | undefined };

/** The part of grpc-js's call that knows the client: the first since version 1.14, the second before. */
type Connection = { getConnectionInfo(): Address } | { getPeer(): string };

/**
 * Returns the id of a call, which links a masked error to the log:
 *
 * 1. its `x-request-id`, if that has 1 to 128 characters and all are safe in a log;
 * 2. the trace id of its `traceparent`, if that is well-formed;
 * 3. a random UUID.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function requestIdOf(callMetadata: Pick<Metadata, "get"> | undefined): string {
  return givenId(callMetadata) ?? traceIdOf(callMetadata) ?? crypto.randomUUID();
}

const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

function givenId(callMetadata: Pick<Metadata, "get"> | undefined): string | undefined {
  const [given] = callMetadata?.get("x-request-id") ?? [];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : undefined;
}

/** Version, trace id, parent id and flags. Later versions may append more. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

function traceIdOf(callMetadata: Pick<Metadata, "get"> | undefined): string | undefined {
  const [given, another] = callMetadata?.get("traceparent") ?? [];
  // The header must not occur twice.
  if (typeof given !== "string" || another !== undefined) return undefined;
  const [, version, traceId, more] = TRACEPARENT.exec(given) ?? [];
  return version === "00" && more !== undefined ? undefined : traceId;
}

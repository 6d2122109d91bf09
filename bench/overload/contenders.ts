import type { Client } from "./load.js";
import type { Service } from "./service.js";
import * as sockets from "./sockets/clients.js";
import * as virtual from "./virtual/clients.js";
import { grpcJs, grpcJsWithThrottling } from "./virtual/grpc-js.js";

/** A way to send requests again. */
export interface Contender {
  readonly name: string;
  /** Whether each client is a process of its own: it knows nothing of the others' failures. */
  readonly apart: boolean;
  /** Makes a client in virtual time. Clients of one address share what they know of the server. */
  readonly inVirtualTime: (service: Service, address: string) => Client;
  /** Makes a client of a server at an address. */
  readonly overSockets: (address: string) => Client;
}

const ours = { inVirtualTime: virtual.ours, overSockets: sockets.ours };
const throttled = { inVirtualTime: grpcJsWithThrottling, overSockets: sockets.grpcJsWithThrottling };

/** All contenders, in the order of the report. */
export const CONTENDERS: readonly Contender[] = [
  { name: "grpc-rich-errors, one process", apart: false, ...ours },
  { name: "grpc-rich-errors, 200 processes", apart: true, ...ours },
  { name: "no retries", apart: false, inVirtualTime: virtual.withoutRetries, overSockets: sockets.withoutRetries },
  { name: "grpc-js, retryPolicy", apart: false, inVirtualTime: grpcJs, overSockets: sockets.grpcJs },
  { name: "grpc-js, retryPolicy and retryThrottling, one process", apart: false, ...throttled },
  { name: "grpc-js, retryPolicy and retryThrottling, 200 processes", apart: true, ...throttled },
  {
    name: "nice-grpc-client-middleware-retry",
    apart: false,
    inVirtualTime: virtual.niceGrpc,
    overSockets: sockets.niceGrpc,
  },
];

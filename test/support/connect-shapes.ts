import { once } from "node:events";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { createClient, type HandlerContext, type Interceptor, type Transport } from "@connectrpc/connect";
import {
  connectNodeAdapter,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import type { FailedCall } from "grpc-rich-errors";
import { type ConnectServerOptions, richErrorConnectInterceptor, richErrorTransport } from "grpc-rich-errors/connect";
import { onTestFinished } from "vitest";
import { Shapes } from "../../bench/gen/shapes/v1/shapes_pb.js";
import { catalog } from "./errors.js";
import type { Outcome } from "./nice-shapes.js";
import type { Shape } from "./shapes.js";

/** The responses of a call of any shape, up to its error. */
export type ConnectHandler = (context: HandlerContext) => AsyncIterable<{ index: number }>;

interface Setting extends ConnectServerOptions {
  /** Interceptors after the package's own. */
  readonly others?: Interceptor[];
  /** Whether the server has nothing of this package. */
  readonly plain?: boolean;
}

/** Starts a server of connect-node for the current test, whose four methods do the same. */
export async function startConnect(
  handler: ConnectHandler,
  { others = [], plain = false, ...options }: Setting = {},
): Promise<{ readonly address: string; readonly failed: FailedCall[] }> {
  const failed: FailedCall[] = [];
  const own = richErrorConnectInterceptor({ onError: (call) => failed.push(call), ...options });
  const one = async (context: HandlerContext) => {
    for await (const message of handler(context)) return message;
    return { index: 0 };
  };
  const server = createServer(
    connectNodeAdapter({
      interceptors: [...(plain ? [] : [own]), ...others],
      routes: (router) =>
        router.service(Shapes, {
          unary: (_, context) => one(context),
          clientStream: async (requests, context) => {
            for await (const _ of requests) void _;
            return one(context);
          },
          serverStream: (_, context) => handler(context),
          bidi: (_, context) => handler(context),
        }),
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, failed };
}

/** The transports of connect-node, by protocol. */
export const TRANSPORTS: Readonly<Record<string, (address: string) => Transport>> = {
  gRPC: (address) => createGrpcTransport({ baseUrl: `http://${address}`, pingIdleConnection: false }),
  "gRPC-Web": (address) => createGrpcWebTransport({ baseUrl: `http://${address}`, httpVersion: "2" }),
  Connect: (address) => createConnectTransport({ baseUrl: `http://${address}`, httpVersion: "2" }),
};

export const PROTOCOLS = Object.keys(TRANSPORTS);

export function transportOf(protocol: string, address: string): Transport {
  const open = TRANSPORTS[protocol];
  if (!open) throw new Error(`no transport for ${protocol}`);
  return open(address);
}

/** Makes a call with a client of Connect whose transport throws RichErrors. */
export function callWithConnect(address: string, protocol: string, shape: Shape): Promise<Outcome> {
  return callOver(richErrorTransport(transportOf(protocol, address), { catalogs: [catalog] }), shape);
}

/** Makes a call over a transport. */
export async function callOver(transport: Transport, shape: Shape, signal?: AbortSignal): Promise<Outcome> {
  const client = createClient(Shapes, transport);
  const messages: number[] = [];
  const options = signal ? { signal } : {};
  try {
    if (shape === "unary") messages.push((await client.unary({}, options)).index);
    else if (shape === "clientStream") messages.push((await client.clientStream(requests(), options)).index);
    else {
      const responses = shape === "bidi" ? client.bidi(requests(), options) : client.serverStream({}, options);
      for await (const { index } of responses) messages.push(index);
    }
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

async function* requests(): AsyncIterable<{ readonly before: number }> {
  yield { before: 0 };
}

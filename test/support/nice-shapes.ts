import { type Client, credentials } from "@grpc/grpc-js";
import { type FailedCall, promises, richErrorClientOptions } from "grpc-rich-errors";
import {
  type NiceGrpcServerOptions,
  richErrorClientMiddleware,
  richErrorServerMiddleware,
} from "grpc-rich-errors/nice-grpc";
import { type CallContext, createChannel, createClientFactory, createServer, type ServerMiddleware } from "nice-grpc";
import { onTestFinished } from "vitest";
import { type ShapeRequest, type ShapeResponse, ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog } from "./errors.js";
import { request, type Shape } from "./shapes.js";

/** Fails a call of any shape, after the messages that it yields. */
export type Failing = (context: CallContext, shape: Shape) => AsyncIterable<ShapeResponse>;

/** A server of nice-grpc with the middleware, whose four methods do the same. */
export interface NiceShapes {
  readonly address: string;
  readonly failed: FailedCall[];
}

/** Starts a server of nice-grpc for the current test. */
export async function startNice(
  failing: Failing,
  { before = [], ...options }: NiceGrpcServerOptions & { readonly before?: readonly ServerMiddleware[] } = {},
): Promise<NiceShapes> {
  const failed: FailedCall[] = [];
  let server = createServer().use(richErrorServerMiddleware({ onError: (call) => failed.push(call), ...options }));
  for (const middleware of before) server = server.use(middleware);
  const one = async (context: CallContext, shape: Shape) => {
    for await (const message of failing(context, shape)) return message;
    return { index: 0 };
  };
  server.add(ShapesService, {
    unary: (_: ShapeRequest, context) => one(context, "unary"),
    clientStream: async (requests: AsyncIterable<ShapeRequest>, context) => {
      for await (const _ of requests) void _;
      return one(context, "clientStream");
    },
    serverStream: (_: ShapeRequest, context) => failing(context, "serverStream"),
    bidi: (_: AsyncIterable<ShapeRequest>, context) => failing(context, "bidi"),
  });
  const port = await server.listen("127.0.0.1:0");
  onTestFinished(() => server.forceShutdown());
  return { address: `127.0.0.1:${port}`, failed };
}

/** The messages and the error of one call. */
export interface Outcome {
  readonly messages: readonly number[];
  readonly error: unknown;
}

/** Makes a call with a client of nice-grpc that has the middleware. */
export async function callWithNice(address: string, shape: Shape, signal?: AbortSignal): Promise<Outcome> {
  const channel = createChannel(address);
  onTestFinished(() => channel.close());
  const client = createClientFactory()
    .use(richErrorClientMiddleware({ catalogs: [catalog] }))
    .create(ShapesService, channel);
  const options = signal ? { signal } : {};
  return outcome(shape, {
    unary: () => client.unary(request(), options),
    clientStream: () => client.clientStream(requests(), options),
    serverStream: () => client.serverStream(request(), options),
    bidi: () => client.bidi(requests(), options),
  });
}

/** Makes a call with a client of grpc-js. */
export async function callWithGrpcJs(address: string, shape: Shape): Promise<Outcome> {
  const client = new ShapesClient(
    address,
    credentials.createInsecure(),
    richErrorClientOptions({ catalogs: [catalog] }),
  );
  onTestFinished(() => (client as Client).close());
  const calls = promises(client);
  return outcome(shape, {
    unary: () => calls.unary(request()),
    clientStream: () => calls.clientStream(requests()),
    serverStream: () => calls.serverStream(request()),
    bidi: () => calls.bidi(requests()),
  });
}

type Calls = Readonly<Record<Shape, () => Promise<ShapeResponse> | AsyncIterable<ShapeResponse>>>;

async function outcome(shape: Shape, calls: Calls): Promise<Outcome> {
  const messages: number[] = [];
  try {
    const result = calls[shape]();
    if (Symbol.asyncIterator in result) for await (const { index } of result) messages.push(index);
    else messages.push((await result).index);
    return { messages, error: undefined };
  } catch (error) {
    return { messages, error };
  }
}

async function* requests(): AsyncIterable<ShapeRequest> {
  yield request();
}

import { createRequire } from "node:module";
import { create, createFileRegistry, type DescMethod, type Message } from "@bufbuild/protobuf";
import { EmptySchema, FileDescriptorProtoSchema, file_google_protobuf_empty } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import * as grpc from "@grpc/grpc-js";
import { GrpcTransport } from "@protobuf-ts/grpc-transport";
import gax from "google-gax";
import { promises, richErrorClientOptions } from "grpc-rich-errors";
import { createChannel, createClient as createNiceClient } from "nice-grpc";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { request, SHAPES, type Shape } from "./shapes.js";

// The errors that the clients of other libraries throw.

/** Calls a method of the server `Shapes` with one request until it fails. Throws the library's error. */
export type FailingCall = (address: string, shape: Shape) => Promise<unknown>;

/** The function that makes a failing call, by library. */
export const CLIENT_LIBRARIES: Readonly<Record<string, FailingCall>> = {
  "@grpc/grpc-js": (address, shape) => callGrpcJs(grpc, address, shape),
  "a second copy of @grpc/grpc-js": (address, shape) => callGrpcJs(secondCopy(), address, shape),
  'the "status" event of @grpc/grpc-js': (address, shape) => statusOf(address, shape, {}),
  'the "status" event of a client of ours': (address, shape) => statusOf(address, shape, richErrorClientOptions()),
  "nice-grpc": callNiceGrpc,
  "@connectrpc/connect": callConnect,
  "google-gax": callGax,
  "google-gax, after retries": callGaxWithRetries,
  "@protobuf-ts/grpc-transport": callProtobufTs,
  "promises(client)": (address, shape) => callPromises(address, shape, richErrorClientOptions()),
  "promises(client) of a plain client": (address, shape) => callPromises(address, shape, {}),
};

const { resolve } = createRequire(import.meta.url);
let copy: typeof grpc | undefined;

/** A second copy of the package, as with two installed versions. */
export function secondCopy(): typeof grpc {
  if (copy) return copy;
  const require = createRequire(import.meta.url);
  const entry = resolve("@grpc/grpc-js");
  const folder = entry.slice(0, entry.lastIndexOf("/"));
  const loaded = Object.entries(require.cache).filter(([path]) => path.startsWith(folder));
  for (const [path] of loaded) delete require.cache[path];
  copy = require("@grpc/grpc-js") as typeof grpc;
  for (const path of Object.keys(require.cache)) if (path.startsWith(folder)) delete require.cache[path];
  for (const [path, module] of loaded) require.cache[path] = module;
  return copy;
}

async function callGrpcJs({ Client, credentials }: typeof grpc, address: string, shape: Shape): Promise<unknown> {
  const client = new Client(address, credentials.createInsecure());
  try {
    return await new Promise((_, reject) => void start(client, shape, reject));
  } finally {
    client.close();
  }
}

/** The status object of the event, which comes after the error. */
async function statusOf(address: string, shape: Shape, options: object): Promise<unknown> {
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), options);
  try {
    return await new Promise((_, reject) => void start(client, shape, () => {}).on("status", reject));
  } finally {
    client.close();
  }
}

type Emitter = Pick<NodeJS.EventEmitter, "on">;

function start(client: grpc.Client, shape: Shape, failed: (error: unknown) => void): Emitter {
  const { path, requestSerialize, responseDeserialize } = ShapesService[shape];
  const serialize = requestSerialize as (message: unknown) => Buffer;
  const deserialize = responseDeserialize as (bytes: Buffer) => unknown;
  if (shape === "unary") return client.makeUnaryRequest(path, serialize, deserialize, request(), failed);
  if (shape === "clientStream") {
    const call = client.makeClientStreamRequest(path, serialize, deserialize, failed);
    call.end(request());
    return call;
  }
  if (shape === "serverStream") {
    return client.makeServerStreamRequest(path, serialize, deserialize, request()).on("error", failed).resume();
  }
  const call = client.makeBidiStreamRequest(path, serialize, deserialize);
  call.end(request());
  return call.on("error", failed).resume();
}

async function callNiceGrpc(address: string, shape: Shape): Promise<unknown> {
  const channel = createChannel(address);
  const client = createNiceClient(ShapesService, channel);
  try {
    if (shape === "unary") return await client.unary(request());
    if (shape === "clientStream") return await client.clientStream(requests());
    return await drained(shape === "bidi" ? client.bidi(requests()) : client.serverStream(request()));
  } finally {
    channel.close();
  }
}

/** The service with messages that have no fields, which accept any bytes. */
function describeService() {
  const names = SHAPES.map((shape) => ({ shape, name: shape.charAt(0).toUpperCase() + shape.slice(1) }));
  const file = create(FileDescriptorProtoSchema, {
    name: "shapes.proto",
    package: "shapes.v1",
    syntax: "proto3",
    dependency: ["google/protobuf/empty.proto"],
    service: [
      {
        name: "Shapes",
        method: names.map(({ shape, name }) => ({
          name,
          inputType: ".google.protobuf.Empty",
          outputType: ".google.protobuf.Empty",
          clientStreaming: ShapesService[shape].requestStream,
          serverStreaming: ShapesService[shape].responseStream,
        })),
      },
    ],
  });
  const registry = createFileRegistry(file, (name) =>
    name === "google/protobuf/empty.proto" ? file_google_protobuf_empty : undefined,
  );
  const service = registry.getService("shapes.v1.Shapes");
  if (!service) throw new TypeError("the service is missing");
  return service;
}

async function callConnect(address: string, shape: Shape): Promise<unknown> {
  type Method = (input: unknown) => Promise<Message> & AsyncIterable<Message>;
  const sessionManager = new Http2SessionManager(`http://${address}`);
  const transport = createGrpcTransport({ baseUrl: `http://${address}`, sessionManager });
  const client = createClient(describeService(), transport) as unknown as Record<Shape, Method>;
  const { methodKind } = describeService().method[shape] as DescMethod;
  const input = methodKind === "unary" || methodKind === "server_streaming" ? create(EmptySchema) : empties();
  try {
    const result = client[shape](input);
    return await (methodKind === "unary" || methodKind === "client_streaming" ? result : drained(result));
  } finally {
    sessionManager.abort();
  }
}

function callGax(address: string, shape: Shape): Promise<unknown> {
  return gaxCall(address, shape, new gax.CallSettings());
}

/** gax replaces the last error with its own, whose message has the messages of all. */
function callGaxWithRetries(address: string, shape: Shape): Promise<unknown> {
  const backoff = gax.createMaxRetriesBackoffSettings(1, 1, 1, 1000, 1, 1000, 2);
  return gaxCall(address, shape, new gax.CallSettings({ retry: new gax.RetryOptions([7], backoff) }));
}

/** gax does not retry uploads, so the error is that of a unary call. */
async function gaxCall(address: string, shape: Shape, settings: gax.CallSettings): Promise<unknown> {
  const client = new ShapesClient(address, grpc.credentials.createInsecure());
  try {
    return await failGax(client, shape, settings);
  } finally {
    client.close();
  }
}

function failGax(client: ShapesClient, shape: Shape, settings: gax.CallSettings): Promise<unknown> {
  if (shape === "serverStream" && !settings.retry) {
    // Uses gax's own retries of streams, which are off here, instead of another package's.
    const descriptor = new gax.StreamDescriptor(gax.StreamType.SERVER_STREAMING, false, true);
    const stream = client.serverStream.bind(client) as never;
    const call = gax.createApiCall(Promise.resolve(stream), settings, descriptor)(request() as never);
    return new Promise((_, reject) => void (call as unknown as NodeJS.ReadableStream).on("error", reject).resume());
  }
  const unary = (message: never, _: unknown, options: object, callback: (error: unknown) => void) =>
    client.unary(message, new grpc.Metadata(), options, callback);
  return gax.createApiCall(Promise.resolve(unary as never), settings)(request() as never) as Promise<unknown>;
}

async function callProtobufTs(address: string, shape: Shape): Promise<unknown> {
  const transport = new GrpcTransport({ host: address, channelCredentials: grpc.credentials.createInsecure() });
  const empty = { toBinary: () => new Uint8Array(), fromBinary: () => ({}), is: () => true };
  const name = shape.charAt(0).toUpperCase() + shape.slice(1);
  const method = { name, service: { typeName: "shapes.v1.Shapes" }, I: empty, O: empty } as never;
  const options = transport.mergeOptions({});
  try {
    if (shape === "unary") return await transport.unary(method, {}, options).response;
    if (shape === "serverStream") return await drained(transport.serverStreaming(method, {}, options).responses);
    const call = shape === "bidi" ? transport.duplex(method, options) : transport.clientStreaming(method, options);
    void call.requests.send({}).then(() => call.requests.complete());
    return await ("response" in call ? call.response : drained(call.responses));
  } finally {
    transport.close();
  }
}

async function callPromises(address: string, shape: Shape, options: object): Promise<unknown> {
  const client = new ShapesClient(address, grpc.credentials.createInsecure(), options);
  const calls = promises(client);
  try {
    if (shape === "unary") return await calls.unary(request());
    if (shape === "clientStream") return await calls.clientStream([request()]);
    return await drained(shape === "bidi" ? calls.bidi([request()]) : calls.serverStream(request()));
  } finally {
    client.close();
  }
}

async function drained(messages: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of messages);
}

async function* requests() {
  yield request();
}

async function* empties() {
  yield create(EmptySchema);
}

// A page that calls a server over gRPC-Web and over Connect. `test/e2e/grpc-web.test.ts` bundles it and runs it in Chromium.

import { createClient, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcWebTransport } from "@connectrpc/connect-web";
import { RichError } from "grpc-rich-errors";
import { catalog, NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
import { fromConnectError, richErrorTransport } from "grpc-rich-errors/connect";
import { fromRpcError } from "grpc-rich-errors/grpc-web";
import grpcWeb from "grpc-web";
import { Shapes } from "../../bench/gen/shapes/v1/shapes_pb.js";

const catalogs = [catalog];

/** What a page knows of an error. */
export interface SeenError {
  readonly isDeclared: boolean;
  readonly isRichError: boolean;
  readonly leader: string | undefined;
  readonly code: number;
  readonly message: string;
  readonly reason: string | undefined;
  readonly retryDelay: number | undefined;
  readonly origin: string | undefined;
  readonly hint: readonly unknown[] | undefined;
  readonly issues: readonly string[];
}

function seen(error: unknown): SeenError {
  const isDeclared = error instanceof NotLeaderError;
  const rich = RichError.from(error);
  return {
    isDeclared,
    isRichError: error instanceof RichError,
    leader: isDeclared ? error.detail.leaderAddress : undefined,
    code: rich.code,
    message: rich.message,
    reason: rich.reason,
    retryDelay: rich.retryDelay,
    origin: rich.origin,
    hint: rich.metadata?.get("x-hint"),
    issues: rich.issues.map(({ kind }) => kind),
  };
}

/** Ways to call the server at a URL until it fails. Each throws the error that a program would catch. */
const ways: Readonly<Record<string, (baseUrl: string) => Promise<unknown>>> = {
  "connect-web, gRPC-Web, unary": (baseUrl) =>
    unary(richErrorTransport(createGrpcWebTransport({ baseUrl }), { catalogs })),
  "connect-web, gRPC-Web, stream": (baseUrl) =>
    stream(richErrorTransport(createGrpcWebTransport({ baseUrl }), { catalogs })),
  "connect-web, Connect, unary": (baseUrl) =>
    unary(richErrorTransport(createConnectTransport({ baseUrl }), { catalogs })),
  "connect-web, Connect, stream": (baseUrl) =>
    stream(richErrorTransport(createConnectTransport({ baseUrl }), { catalogs })),
  "connect-web, gRPC-Web, fromConnectError": (baseUrl) =>
    unary(createGrpcWebTransport({ baseUrl })).catch((error: unknown) => {
      throw fromConnectError(error, { catalogs });
    }),
  "grpc-web, callback": (baseUrl) =>
    new Promise((_, reject) => {
      const { rpcCall } = grpcWebClient(baseUrl);
      rpcCall((error) => reject(fromRpcError(error, { catalogs })));
    }),
  "grpc-web, promise": (baseUrl) =>
    grpcWebClient(baseUrl)
      .unaryCall()
      .catch((error: unknown) => {
        throw fromRpcError(error, { catalogs });
      }),
  "grpc-web, status": (baseUrl) =>
    new Promise((_, reject) => {
      const call = grpcWebClient(baseUrl).rpcCall(() => {});
      call.on("status", (status) => {
        if (status.code !== 0) reject(fromRpcError(status, { catalogs }));
      });
    }),
};

function unary(transport: Transport): Promise<unknown> {
  return createClient(Shapes, transport).unary({});
}

async function stream(transport: Transport): Promise<void> {
  for await (const _ of createClient(Shapes, transport).serverStream({})) void _;
}

/** A client of the package `grpc-web`, with requests and responses that have no fields. */
function grpcWebClient(baseUrl: string) {
  const client = new grpcWeb.GrpcWebClientBase({ format: "binary" });
  const path = "/shapes.v1.Shapes/Unary";
  const empty = () => new Uint8Array();
  const method = new grpcWeb.MethodDescriptor<object, object>(path, "unary", Object, Object, empty, empty);
  return {
    rpcCall: (callback: (error: unknown) => void) => client.rpcCall(baseUrl + path, {}, {}, method, callback),
    unaryCall: () => client.unaryCall(baseUrl + path, {}, {}, method),
  };
}

/** Calls the server in one way. Returns the error. */
async function run(way: string, baseUrl: string): Promise<SeenError | undefined> {
  try {
    await ways[way]?.(baseUrl);
    return undefined;
  } catch (error) {
    return seen(error);
  }
}

Object.assign(globalThis, { run, ways: Object.keys(ways) });

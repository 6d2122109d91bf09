import { Server, ServerCredentials, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
import type { AnyCall, Callback } from "./row.js";
import { ROWS } from "./rows.js";
import { FailuresService, STORED } from "./service.js";
import { isStored } from "./uploads.js";

// A server on plain grpc-js, or with this package. The metadata of a call says which row it is.

const rich = process.argv[2] === "after";

function handle(call: unknown, callback?: unknown): undefined {
  const anyCall = call as AnyCall;
  const respond = callback as Callback;
  const row = ROWS[Number(anyCall.metadata.get("x-row")[0])];
  // A call without a row is the next call on the connection. It asks whether an upload was stored.
  const next = String(anyCall.metadata.get("x-stored")[0]);
  const result = row ? row.handler(anyCall, respond) : respond(null, isStored(next) ? STORED : "fine");
  // The caller awaits a promise, although grpc-js's types do not allow one.
  return result as undefined;
}

const implementation = {
  unary: (call: unknown, callback: unknown) => handle(call, callback),
  clientStream: (call: unknown, callback: unknown) => handle(call, callback),
  serverStream: (call: unknown) => handle(call),
  bidi: (call: unknown) => handle(call),
};

const broken: ServerInterceptor = (_, call) => {
  let throwsAt: string | undefined;
  const check = (method: string) => {
    if (method === throwsAt) throw new Error("the interceptor is broken");
  };
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata: (metadata, next) => {
          throwsAt = ROWS[Number(metadata.get("x-row")[0])]?.interceptorThrowsAt;
          next(metadata);
        },
      }),
    sendMetadata: (metadata, next) => {
      check("sendMetadata");
      next(metadata);
    },
    sendMessage: (message, next) => {
      check("sendMessage");
      next(message);
    },
    sendStatus: (status, next) => {
      check("sendStatus");
      next(status);
    },
  });
};

const server = new Server({
  interceptors: rich ? [richErrorServerInterceptor({ catalogs: [catalog], containUncaught: true }), broken] : [broken],
  "grpc.max_receive_message_length": 1_000,
  "grpc.max_send_message_length": 1_000,
});
server.addService(FailuresService, rich ? richHandlers(FailuresService, implementation) : implementation);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.(port);
});
process.on("disconnect", () => process.exit());

import assert from "node:assert/strict";
import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { Code, promises, richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import { protobufEsClient, protobufEsService } from "grpc-rich-errors/protobuf-es/services";
import { catalog, ShapeError, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";
import { Shapes } from "./gen/shapes/v1/shapes_pb.js";

const ShapesService = protobufEsService(Shapes);
const ShapesClient = protobufEsClient(Shapes);

/** Handlers throw with plain objects, and a client catches messages of protobuf-es, in all kinds of calls. */
async function throwAndCatch(): Promise<void> {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  const fail = () => {
    throw new TooManySidesError(
      { shape: "circle", sides: 9007199254740993n, limit: { most: 8n } },
      { retryDelay: 1500 },
    );
  };
  const handlers = { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
  server.addService(ShapesService, richHandlers(ShapesService, handlers));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  const calls = promises(client);
  const drained = async (messages: AsyncIterable<unknown>) => {
    for await (const _ of messages);
  };
  const results = await Promise.allSettled([
    calls.unary({}),
    calls.clientStream([{}]),
    drained(calls.serverStream({})),
    drained(calls.bidi([{}])),
  ]);
  client.close();
  server.forceShutdown();
  for (const result of results) check(result.status === "rejected" ? result.reason : undefined);
}

function check(caught: unknown): void {
  assert.ok(caught instanceof TooManySidesError && caught instanceof ShapeError, String(caught));
  const { detail } = caught;
  assert.equal(detail.$typeName, "shapes.v1.TooManySidesErrorDetails");
  assert.deepEqual([detail.shape, detail.sides, detail.limit?.most], ["circle", 9007199254740993n, 8n]);
  assert.deepEqual([caught.code, caught.retryDelay, caught.issues], [Code.INVALID_ARGUMENT, 1500, []]);
}

// @ts-expect-error: a misspelt field of a detail does not compile.
new TooManySidesError({ shap: "circle" });

void throwAndCatch();

import { isMessage } from "@bufbuild/protobuf";
import { credentials, Server } from "@grpc/grpc-js";
import {
  isErrorOf,
  promises,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { protobufEsClient, protobufEsService } from "grpc-rich-errors/protobuf-es/services";
import { expect, it, onTestFinished } from "vitest";
import { catalog, ShapesContract, TooManySidesError } from "../gen/es/shapes/v1/shapes.rich.js";
import { ShapeResponseSchema, Shapes } from "../gen/es/shapes/v1/shapes_pb.js";
import { ShapesService as TsProtoService } from "../gen/shapes/v1/shapes.js";
import { listen } from "../support/shapes.js";

// test/e2e/sixteen-pairs.test.ts calls clients and servers of other libraries.

const ShapesService = protobufEsService(Shapes);
const ShapesClient = protobufEsClient(Shapes);

it("a service of protobuf-es has the methods that ts-proto's has", () => {
  const shapeOf = (service: object) =>
    Object.entries(service).map(([name, { path, requestStream, responseStream }]) => [
      name,
      { path, requestStream, responseStream },
    ]);
  expect(shapeOf(ShapesService)).toEqual(shapeOf(TsProtoService));
  expect(Object.keys(ShapesClient.service)).toEqual(Object.keys(ShapesService));
  expect(ShapesClient.serviceName).toBe("shapes.v1.Shapes");
});

it("its handlers return plain objects, its clients send them, and both get messages", async () => {
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  const requests: boolean[] = [];
  server.addService(
    ShapesService,
    richHandlers(ShapesService, {
      unary: ({ request }) => {
        requests.push(isMessage(request));
        if (request.before === 9) throw new TooManySidesError({ shape: "cube", limit: { most: 8n } });
        return { index: request.before };
      },
      async clientStream(call) {
        let index = 0;
        for await (const { before } of call) index += before;
        return { index };
      },
      serverStream: ({ request }) => [{}, { index: request.before }],
      async *bidi(call) {
        for await (const { before } of call) yield { index: before };
      },
    }),
  );
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const client = new ShapesClient(`127.0.0.1:${await listen(server)}`, credentials.createInsecure(), options);
  onTestFinished(() => {
    client.close();
    server.forceShutdown();
  });
  const shapes = promises(client, ShapesContract);

  const response = await shapes.unary({ before: 3 });
  expect([isMessage(response, ShapeResponseSchema), response.index, requests]).toEqual([true, 3, [true]]);
  expect((await shapes.clientStream([{ before: 1 }, { before: 2 }])).index).toBe(3);
  expect(await indicesOf(shapes.serverStream({ before: 4 }))).toEqual([0, 4]);
  expect(await indicesOf(shapes.bidi([{}, { before: 5 }]))).toEqual([0, 5]);

  const caught: unknown = await shapes.unary({ before: 9 }).catch((error: unknown) => error);
  if (!isErrorOf(shapes.unary, caught) || caught.reason !== "TOO_MANY_SIDES") throw caught;
  expect(caught.detail.limit?.most).toBe(8n);
  expect(caught).toBeInstanceOf(TooManySidesError);
});

async function indicesOf(responses: AsyncIterable<{ readonly index: number }>): Promise<number[]> {
  const indices: number[] = [];
  for await (const { index } of responses) indices.push(index);
  return indices;
}

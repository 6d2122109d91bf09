import { once } from "node:events";
import { connect } from "node:http2";
import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { Code } from "grpc-rich-errors";
import { type TestServer, testServer } from "grpc-rich-errors/testing";
import { afterAll, describe, expect, it } from "vitest";
import { ParcelsClient, ParcelsService } from "../gen/parcels/v1/parcels.js";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog } from "../gen/shapes/v1/shapes.rich.js";
import { OK, request, SHAPES } from "../support/shapes.js";
import { callOn, surfacesOf } from "../support/surfaces.js";

const busy = () => {
  throw new CornersBusyError();
};

describe("testServer", () => {
  it("starts a server with the interceptor and richHandlers, and makes clients with the catalogs", async () => {
    const { address, client, promises } = await testServer(
      ShapesService,
      { unary: busy, clientStream: busy, serverStream: busy, bidi: busy },
      { catalogs: [catalog] },
    );
    expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
    const shapes = { client: client(ShapesClient), calls: promises(ShapesClient) } as never;
    for (const shape of SHAPES) {
      for (const surface of surfacesOf(shape)) {
        expect((await surface.call(shapes, shape)).error).toBeRichError(CornersBusyError);
      }
    }
  });

  it("answers methods without a handler with UNIMPLEMENTED", async () => {
    const { promises } = await testServer(ShapesService, { unary: () => ({ index: 7 }) });
    const calls = promises(ShapesClient);
    expect(await calls.unary(request())).toEqual({ index: 7 });
    await expect(calls.clientStream([])).rejects.toMatchObject({ code: Code.UNIMPLEMENTED });
  });

  it("takes the options of the interceptor, the server and the client", async () => {
    const methods: string[] = [];
    const seen: unknown[] = [];
    const note: ServerInterceptor = ({ path }, call) => {
      methods.push(path);
      return new ServerInterceptingCall(call);
    };
    const secret = new Error("password");
    const { promises } = await testServer(
      ShapesService,
      {
        unary: () => {
          throw secret;
        },
      },
      { errors: { onError: ({ error }) => seen.push(error) }, server: { interceptors: [note] } },
    );
    const calls = promises(ShapesClient, { "grpc.max_receive_message_length": 1 });
    await expect(calls.unary(request())).rejects.toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(seen).toEqual([secret]);
    expect(methods).toEqual(["/shapes.v1.Shapes/Unary"]);
    const large = await testServer(ShapesService, { unary: () => ({ index: 70_000 }) });
    const limited = large.promises(ShapesClient, { "grpc.max_receive_message_length": 1 });
    await expect(limited.unary(request())).rejects.toMatchObject({ code: Code.RESOURCE_EXHAUSTED });
  });

  it("serves several services", async () => {
    const { promises } = await testServer(
      [
        [ShapesService, { unary: () => ({ index: 1 }) }],
        [ParcelsService, {}],
      ],
      { catalogs: [catalog] },
    );
    expect(await promises(ShapesClient).unary(request())).toEqual({ index: 1 });
    const parcels = promises(ParcelsClient);
    const [name] = Object.keys(ParcelsService);
    const call = Reflect.get(parcels, name ?? "") as (request: object) => Promise<unknown>;
    await expect(call({})).rejects.toMatchObject({ code: Code.UNIMPLEMENTED });
  });

  it("closes with its clients, and cuts connections that stay", async () => {
    let running = () => {};
    const ran = new Promise<void>((resolve) => {
      running = resolve;
    });
    const unary = () => {
      running();
      return new Promise<never>(() => {});
    };
    const server = await testServer(ShapesService, { ...OK, unary });
    const hanging = expect(server.promises(ShapesClient).unary(request())).toRejectWithRichError();
    await ran;
    const idle = connect(`http://${server.address}`);
    await once(idle, "connect");
    const cut = once(idle, "close");
    await server.close();
    await cut;
    await hanging;
    const later = connect(`http://${server.address}`);
    await expect(once(later, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await server.close();
  });

  describe("at the end of a test", () => {
    let first: TestServer;
    let shared: TestServer | undefined;
    afterAll(async () => {
      const socket = connect(`http://${first.address}`);
      await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
      await shared?.close();
    });

    it("closes by itself", async () => {
      first = await testServer(ShapesService, OK);
      expect((await callOn({ client: first.client(ShapesClient) } as never, "unary")).messages).toEqual([0]);
    });

    it("has closed the server of the test before", async () => {
      const socket = connect(`http://${first.address}`);
      await expect(once(socket, "connect")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    });

    it("closes by Symbol.asyncDispose", async () => {
      const server = await testServer(ShapesService, OK);
      await server[Symbol.asyncDispose]();
      await expect(once(connect(`http://${server.address}`), "connect")).rejects.toMatchObject({
        code: "ECONNREFUSED",
      });
    });
  });

  it("refuses mistakes in its arguments", async () => {
    await expect(testServer(ShapesService, undefined as never)).rejects.toThrow(
      "testServer: an object with undefined is not a service with its handlers; write [OrdersService, { getOrder }]",
    );
    await expect(testServer([ShapesService] as never)).rejects.toThrow("write [OrdersService, { getOrder }]");
    await expect(testServer(ShapesService, {}, { catalog } as never)).rejects.toThrow('write "catalogs"');
    await expect(testServer(ShapesService, {}, { catalogs: catalog as never })).rejects.toThrow("catalogs: [catalog]");
    await expect(testServer(ShapesService, { unery: busy } as never)).rejects.toThrow('write "unary"');
    await expect(testServer(ShapesService, {}, { errors: { mask: 1 } as never })).rejects.toThrow('"mask" is unknown');
  });
});

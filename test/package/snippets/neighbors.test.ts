import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import express from "express";
import fastify from "fastify";
import { pack } from "grpc-rich-errors";
import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { toConnectError } from "grpc-rich-errors/connect";
import { expect, onTestFinished, test } from "vitest";
import { ShapesService } from "../../gen/shapes/v1/shapes.js";
import { request } from "../../support/shapes.js";
import { openPage } from "../page.js";

const page = openPage("docs/neighbors.md");

test("shows servers and clients of nice-grpc and of Connect", async () => {
  const nice = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     import { richErrorClientMiddleware, richErrorServerMiddleware } from "grpc-rich-errors/nice-grpc";
     import { createChannel, createClientFactory, createServer } from "nice-grpc";
     ${page.take("richErrorServerMiddleware(")}
     export { clients, createChannel, server };`,
  );
  const fail = () => {
    throw new StreamNotFoundError({ stream: "x" });
  };
  nice.server.add(ShapesService, { unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
  const address = `127.0.0.1:${await nice.server.listen("127.0.0.1:0")}`;
  const channel = nice.createChannel(address);
  onTestFinished(() => {
    channel.close();
    nice.server.forceShutdown();
  });
  const calling = nice.clients.create(ShapesService, channel);
  await expect(calling.unary(request())).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });

  const connect = await page.imported(
    `import { createServer } from "node:http2";
     import { createClient } from "@connectrpc/connect";
     import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
     import { catalog, StreamNotFoundError as OrderNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
     import { fromConnectError, richErrorConnectInterceptor, richErrorTransport, toConnectError } from "grpc-rich-errors/connect";
     import { Shapes as OrderService } from "../../../bench/gen/shapes/v1/shapes_pb.js";
     export function start(baseUrl, routes) { ${page.take("richErrorConnectInterceptor(")} return { server, orders }; }
     export async function convert(orders, orderId) { ${page.take("fromConnectError(")} }`,
  );
  const { orders } = connect.start(`http://${address}`, () => {});
  await expect(orders.unary({})).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
  const getOrder = () => Promise.reject(toConnectError(new StreamNotFoundError({ stream: "x" })));
  await expect(connect.convert({ getOrder }, "x")).rejects.toMatchObject({ name: "ConnectError", code: 5 });
});

test("shows the error handlers of Express and Fastify", async () => {
  const { useExpress, useFastify } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     import { richErrorHandler } from "grpc-rich-errors/express";
     import { richErrorHandler as ofFastify } from "grpc-rich-errors/fastify";
     export function useExpress(app) { ${page.take("app.use(richErrorHandler")} }
     export function useFastify(app) { { const richErrorHandler = ofFastify; ${page.take("app.setErrorHandler(")} } }`,
  );
  const fail = () => {
    throw new StreamNotFoundError({ stream: "x" });
  };
  const app = express().get("/", fail);
  useExpress(app);
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const other = fastify().get("/", fail);
  useFastify(other);
  onTestFinished(async () => {
    server.close();
    await other.close();
  });
  const urls = [
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    await other.listen({ host: "127.0.0.1", port: 0 }),
  ];
  for (const url of urls) expect(await (await fetch(url)).text()).toContain("STREAM_NOT_FOUND");
});

test("shows how Fastify ends a broken stream over HTTP/2", async () => {
  const { useHook } = await page.imported(
    `import { constants } from "node:http2";
     import { Readable } from "node:stream";
     export function useHook(app) { ${page.take("app.addHook(")} }`,
  );
  const app = fastify({ http2: true });
  useHook(app);
  app.get("/", async () =>
    Readable.from(
      (async function* () {
        yield "half of";
        throw new Error("no more");
      })(),
    ),
  );
  const session = http2.connect(await app.listen({ host: "127.0.0.1", port: 0 }));
  const response = session.request({ ":path": "/" }).resume();
  response.on("error", () => {});
  // Not `once` of node:events, which would reject with the error.
  await new Promise<void>((resolve) => void response.on("close", resolve));
  expect(response.rstCode).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
  session.destroy();
  await app.close();
});

test("shows how to read an error of grpc-web", async () => {
  const { get } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     import { fromRpcError } from "grpc-rich-errors/grpc-web";
     export function get(orders, request, show) { ${page.take("fromRpcError(")} }`,
  );
  const error = new StreamNotFoundError({ stream: "x" });
  const metadata = { "grpc-status-details-bin": Buffer.from(pack(error)).toString("base64") };
  const shown: unknown[] = [];
  const getOrder = (...[, , callback]: [unknown, unknown, (error: object) => void]) =>
    callback({ code: error.code, message: error.message, metadata });
  get({ getOrder }, {}, (received: unknown) => shown.push(received));
  expect(shown).toEqual([expect.any(StreamNotFoundError)]);
});

page.testOtherCode();

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { richErrorHandler } from "grpc-rich-errors/express";
import type { RunningServer } from "./customer.js";
import { catalog } from "./gen/tickets/v1/errors.rich.js";
import { grpcJsCustomer } from "./grpc-js.js";

/** Starts a gateway of Express in front of a gRPC server. */
export async function startExpress(address: string): Promise<RunningServer> {
  const customer = grpcJsCustomer(address);
  const app = express();
  // Express 5 also takes an async handler.
  app.post("/seats/:seat", (request, response, next) => {
    customer.bookSeat(request.params.seat).then((ticket) => response.status(201).json({ ticket }), next);
  });
  app.use(richErrorHandler({ catalogs: [catalog] }));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = () => {
    customer.close();
    server.close();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

import { type Client, credentials, makeGenericClientConstructor, Server } from "@grpc/grpc-js";
import { richErrorClientOptions } from "grpc-rich-errors";
import { catalog as eventlog, ServerBusyError } from "grpc-rich-errors/catalogs/eventlog";
import { reportOf } from "grpc-rich-errors/recovery";
import { expect, onTestFinished } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { listen, request } from "../support/shapes.js";

type Orders = { placeOrder(request: object, options: { deadline: number }): Promise<unknown> };

/** Checks that calls through each view of a client are made again, until their deadline. */
export async function expectRecovery(views: (client: Client) => readonly Orders[]): Promise<void> {
  // The service of the example has one method, of the same shape.
  const service = { placeOrder: ShapesService.unary };
  const busy = new ServerBusyError({ shard: 1 }, { retryDelay: 60_000 });
  const server = new Server();
  server.addService(service, { placeOrder: (_: unknown, callback: (error: Error) => void) => callback(busy) });
  const OrderServiceClient = makeGenericClientConstructor(service, "OrderService");
  const options = richErrorClientOptions({ catalogs: [eventlog] });
  const client = new OrderServiceClient(`127.0.0.1:${await listen(server)}`, credentials.createInsecure(), options);
  onTestFinished(() => {
    client.close();
    server.forceShutdown();
  });
  for (const view of views(client)) {
    const deadline = Date.now() + 30_000;
    const error: unknown = await view.placeOrder(request(), { deadline }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ServerBusyError);
    expect(reportOf(error)).toMatchObject({ stopped: "deadline", attempts: [{ number: 1 }] });
  }
}

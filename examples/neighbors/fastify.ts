import fastify from "fastify";
import { richErrorHandler } from "grpc-rich-errors/fastify";
import type { RunningServer } from "./customer.js";
import { catalog } from "./gen/tickets/v1/errors.rich.js";
import { grpcJsCustomer } from "./grpc-js.js";

/** Starts a gateway of Fastify in front of a gRPC server. */
export async function startFastify(address: string): Promise<RunningServer> {
  const customer = grpcJsCustomer(address);
  const app = fastify();
  app.setErrorHandler(richErrorHandler({ catalogs: [catalog] }));
  app.post<{ Params: { seat: string } }>("/seats/:seat", async (request, reply) => {
    return reply.code(201).send({ ticket: await customer.bookSeat(request.params.seat) });
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const close = () => {
    customer.close();
    void app.close();
  };
  return { address: new URL(url).host, close };
}

/** Starts servers of nice-grpc and Connect, and shows what every customer gets for the same mistakes. */
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { RichError } from "grpc-rich-errors";
import { connectCustomer, startConnect } from "./connect.js";
import type { Customer } from "./customer.js";
import { startExpress } from "./express.js";
import { startFastify } from "./fastify.js";
import { BoxOfficeBusyError, SeatTakenError } from "./gen/tickets/v1/errors.rich.js";
import { grpcJsCustomer } from "./grpc-js.js";
import { httpCustomer } from "./http-customer.js";
import { niceGrpcCustomer, startNiceGrpc } from "./nice-grpc.js";

/** Explains an error from the customer's point of view. */
function explain(error: unknown): string {
  if (error instanceof SeatTakenError) return `${error.detail.seat} is taken, ${error.detail.freeSeats} left`;
  if (error instanceof BoxOfficeBusyError) return `busy, try again in ${error.retryDelay} ms`;
  return RichError.from(error).message;
}

async function visit(name: string, customer: Customer): Promise<void> {
  const heard: string[] = [];
  for (const seat of ["B7", "Z9"]) await customer.bookSeat(seat).catch((error: unknown) => heard.push(explain(error)));
  console.log(`${name}: ${heard.join("; ")}`);
  customer.close();
}

for (const [name, start] of [
  ["nice-grpc", startNiceGrpc],
  ["Connect", startConnect],
] as const) {
  const server = await start();
  const baseUrl = `http://${server.address}`;
  console.log(`a server of ${name}`);
  await visit("  nice-grpc", niceGrpcCustomer(server.address));
  await visit("  Connect over gRPC", connectCustomer(createGrpcTransport({ baseUrl })));
  if (name === "Connect")
    await visit("  Connect", connectCustomer(createConnectTransport({ baseUrl, httpVersion: "2" })));
  await visit("  grpc-js", grpcJsCustomer(server.address));
  for (const [framework, startGateway] of [
    ["Express", startExpress],
    ["Fastify", startFastify],
  ] as const) {
    const gateway = await startGateway(server.address);
    await visit(`  a gateway of ${framework}`, httpCustomer(gateway.address));
    gateway.close();
  }
  server.close();
}
// The transports of Connect keep their connections.
process.exit();

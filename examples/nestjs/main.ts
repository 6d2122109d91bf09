/** Starts the microservice and a gateway on each HTTP framework, and prints what the gateways answer. */
import { ExpressAdapter } from "@nestjs/platform-express";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import { startGateway } from "./gateway.js";
import { startOrders } from "./orders.js";

const url = process.argv[2] ?? "127.0.0.1:50051";

const requests: readonly (readonly [method: string, path: string, body?: unknown, token?: string])[] = [
  ["POST", "orders", { orderId: "o-1", quantity: 3 }, "token"],
  ["POST", "orders", { orderId: "o-2", quantity: 3 }],
  ["POST", "orders", { orderId: "", quantity: 0 }, "token"],
  ["POST", "orders", { orderId: "o-3", quantity: 101 }, "token"],
  [
    "POST",
    "imports",
    [
      { orderId: "o-4", quantity: 1 },
      { orderId: "o-5", quantity: 102 },
    ],
    "token",
  ],
  ["GET", "orders/o-6/changes", undefined, "token"],
  ["POST", "quotes", [{ orderId: "o-7", quantity: 103 }], "token"],
  ["GET", "orders/o-8/state", undefined, "token"],
  ["GET", "elsewhere"],
];

const orders = await startOrders(url);
for (const adapter of [new ExpressAdapter(), new FastifyAdapter()]) {
  const gateway = await startGateway(url, adapter);
  console.log(`${adapter.getType()}:`);
  for (const [method, path, body, token] of requests) {
    const headers = { "content-type": "application/json", ...(token !== undefined && { authorization: token }) };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(`${await gateway.getUrl()}/${path}`, init);
    console.log(`  ${method} ${path}: ${response.status} ${await response.text()}`);
  }
  await gateway.close();
}
await orders.close();

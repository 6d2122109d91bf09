/** Starts an Express server and a Fastify server, and causes errors in each with a client. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { RichError } from "grpc-rich-errors";
import {
  HapndConcurrencyError,
  HapndNetworkError,
  HapndValidationError,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import { Aggregates } from "./aggregates.js";
import { AggregatesClient } from "./client.js";
import { expressApp } from "./express.js";
import { fastifyApp } from "./fastify.js";

/** Explains an error from the caller's point of view. */
function explain(error: unknown): string {
  if (error instanceof HapndConcurrencyError) return `conflict: it is at ${error.detail.actualVersion}`;
  if (error instanceof HapndValidationError)
    return error.detail.violations.map(({ field, description }) => `${field} ${description}`).join(", ");
  if (error instanceof NotFoundError) return error.message;
  if (error instanceof HapndNetworkError) return "cannot reach the server";
  return RichError.from(error).message;
}

async function visit(name: string, client: AggregatesClient): Promise<void> {
  console.log(`${name}: at version ${await client.append("o-7", "OrderPlaced", 0)}`);
  console.log(`${name}: at version ${await client.appendAnyway("o-7", "OrderPaid")}`);
  for (const call of [
    () => client.append("o-7", "OrderSent", 0),
    () => client.append("o-7", "", -1),
    () => client.read("o-8"),
  ]) {
    await call().catch((error: unknown) => console.log(`${name}: ${explain(error)}`));
  }
}

const express = expressApp(new Aggregates(), "problem").listen(0, "127.0.0.1");
await once(express, "listening");
await visit("express", new AggregatesClient(`http://127.0.0.1:${(express.address() as AddressInfo).port}`));
express.close();

const fastify = fastifyApp(new Aggregates(), "compact");
const url = await fastify.listen({ host: "127.0.0.1", port: 0 });
await visit("fastify", new AggregatesClient(url));
await fastify.close();
await new AggregatesClient(url).read("o-7").catch((error: unknown) => console.log(`fastify: ${explain(error)}`));

import { once } from "node:events";
import { Metadata } from "@grpc/grpc-js";
import { type DrainResult, richErrorClientOptions } from "grpc-rich-errors";
import { catalog, ServerShuttingDownError } from "grpc-rich-errors/catalogs/kurrent";
import { expect, it } from "vitest";
import { type FixtureClient, fixtureClient, startFixture } from "../support/fixture.js";
import { SHAPES, type Shape } from "../support/shapes.js";

// Drains a server under load: every call succeeds or gets the drain error, in whatever state it is.

const AT_ONCE = 200;
const CONNECTIONS = 8;
/** One call in ten would run longer than the drain limit. */
const isEndless = (worker: number) => worker % 10 === 0;
const ENDLESS = 60_000;

function call(client: FixtureClient, shape: Shape, ms: number, ends: boolean): Promise<unknown> {
  const metadata = new Metadata();
  metadata.set("x-ms", String(ms));
  const options = { deadline: Date.now() + 20_000 };
  const message = Buffer.from("x");
  return new Promise((resolve) => {
    if (shape === "unary") client.unary(message, metadata, options, resolve);
    else if (shape === "clientStream") {
      const stream = client.clientStream(metadata, options, resolve);
      stream.write(message);
      if (ends) stream.end();
    } else if (shape === "serverStream") {
      const stream = client.serverStream(message, metadata, options);
      stream
        .on("error", resolve)
        .on("end", () => resolve(null))
        .resume();
    } else {
      const stream = client.bidi(metadata, options);
      stream
        .on("error", resolve)
        .on("end", () => resolve(null))
        .resume();
      stream.write(message);
      if (ends) stream.end();
    }
  });
}

it("every call that reaches a server before it stops succeeds or gets the drain error", async () => {
  const { process: server, started } = await startFixture("draining-server.mjs");
  const { port } = started as { port: number };
  const options = richErrorClientOptions({ catalogs: [catalog] });
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => fixtureClient(port, options)));
  let ok = 0;
  let underLoad = () => {};
  const loaded = new Promise<void>((resolve) => {
    underLoad = resolve;
  });
  const failed: unknown[] = [];

  // Each worker runs one call at a time, and stops when it gets the drain error.
  const workers = Array.from({ length: AT_ONCE }, async (_, worker) => {
    const client = clients[worker % CONNECTIONS];
    if (!client) return;
    for (let calls = worker; ; calls++) {
      const shape = SHAPES[calls % SHAPES.length] ?? "unary";
      const error = await call(client, shape, isEndless(worker) ? ENDLESS : Math.random() * 100, calls % 8 < 4);
      if (error) {
        failed.push(error);
        return;
      }
      if (++ok === AT_ONCE) underLoad();
    }
  });
  await loaded;
  // Long enough for every worker to make its next call, even on a busy machine.
  server.send({ retryDelay: 1500, limit: 3000, linger: 0 });
  const [message] = await once(server, "message");
  await Promise.all(workers);

  const { drained } = message as { drained: DrainResult };
  expect(drained.refused + drained.cutOff).toBe(AT_ONCE);
  expect(drained.cutOff).toBeGreaterThanOrEqual(AT_ONCE * 0.1);
  expect(drained.refused).toBeGreaterThan(0);
  expect(drained.forced).toBe(false);
  expect(failed).toHaveLength(AT_ONCE);
  for (const error of failed) {
    expect(error).toBeRichError(ServerShuttingDownError);
    expect(error).toMatchObject({ retryDelay: 1500, issues: [] });
  }
  const [code] = await once(server, "exit");
  expect(code).toBe(0);
});

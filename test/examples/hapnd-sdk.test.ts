import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Server } from "@grpc/grpc-js";
import { Code, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import {
  HapndAggregateTypeMismatchError,
  HapndApiError,
  HapndCircuitOpenError,
  HapndConcurrencyError,
  HapndNetworkError,
  HapndValidationError,
  InvalidRequestError,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import { toHttp } from "grpc-rich-errors/http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { HapndClient, type HapndClientOptions } from "../../examples/hapnd-sdk/client.js";
import { EventsService } from "../../examples/hapnd-sdk/gen/hapnd/events/v1/events.js";
import { grpcServer } from "../../examples/hapnd-sdk/grpc-server.js";
import { overGrpc } from "../../examples/hapnd-sdk/grpc-transport.js";
import { httpServer } from "../../examples/hapnd-sdk/http-server.js";
import { overHttp } from "../../examples/hapnd-sdk/http-transport.js";
import { Store } from "../../examples/hapnd-sdk/store.js";
import type { Transport } from "../../examples/hapnd-sdk/transport.js";
import { listen } from "../support/shapes.js";

/** One of the two transports of Hapnd, with everything that differs from the other. */
interface Way {
  readonly connect: (port: number) => Transport;
  /** The port of a server that stores events. */
  readonly serve: () => Promise<number>;
  /** The port of a server that treats every request alike: it sends an error, or never responds. */
  readonly serveNothingBut: (thrown: unknown) => Promise<number>;
}

const ways: Readonly<Record<"gRPC" | "HTTP", Way>> = {
  gRPC: {
    connect: (port) => overGrpc(`127.0.0.1:${port}`),
    serve: () => listenGrpc(grpcServer(new Store())),
    serveNothingBut: (thrown) => {
      const server = new Server({ interceptors: [richErrorServerInterceptor()] });
      const fail = () => new Promise<never>((_, reject) => thrown && reject(thrown));
      server.addService(EventsService, richHandlers(EventsService, { append: fail, read: fail }));
      return listenGrpc(server);
    },
  },
  HTTP: {
    connect: (port) => overHttp(`http://127.0.0.1:${port}`),
    serve: () => listenHttp(httpServer(new Store())),
    serveNothingBut: (thrown) =>
      listenHttp(
        http.createServer((_, response) => {
          if (!thrown) return;
          const { status, headers, body } = toHttp(thrown, { format: "compact" });
          response.writeHead(status, headers).end(JSON.stringify(body));
        }),
      ),
  },
};

async function listenGrpc(server: Server): Promise<number> {
  onTestFinished(() => server.forceShutdown());
  return listen(server);
}

async function listenHttp(server: http.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Hapnd in its own process, compiled. Returns its ports. */
async function serveApart(...ports: number[]): Promise<{ grpc: number; http: number; child: ChildProcess }> {
  const script = join(import.meta.dirname, "../../build/examples/hapnd-sdk/serve.js");
  const child = spawn(process.execPath, [script, ...ports.map(String)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  const [grpc = 0, http = 0] = [...String(line).matchAll(/:(\d+)/g)].map(([, port]) => Number(port));
  return { grpc, http, child };
}

const appending = (type = "order", expectedVersion?: bigint) => ({
  aggregateId: "o/7",
  aggregateType: type,
  expectedVersion,
  events: [{ type: "paid", data: "{}" }],
});

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(["gRPC", "HTTP"] as const)("a client of Hapnd over %s", (name) => {
  const way = ways[name];

  function connect(port: number, options?: HapndClientOptions): HapndClient {
    const client = new HapndClient(way.connect(port), options);
    onTestFinished(() => client.close());
    return client;
  }

  it("appends and reads events", async () => {
    const client = connect(await way.serve());
    expect([await client.append(appending()), await client.append(appending("order", 1n))]).toEqual([1n, 2n]);
    const versions: bigint[] = [];
    for await (const { version } of client.read("o/7")) versions.push(version);
    expect(versions).toEqual([1n, 2n]);
  });

  it("throws the errors that Hapnd declares", async () => {
    const client = connect(await way.serve());
    await client.append(appending());
    await expect(client.append(appending("order", 5n))).rejects.toBeRichError(HapndConcurrencyError, {
      expectedVersion: 5n,
      actualVersion: 1n,
    });
    await expect(client.append(appending("invoice"))).rejects.toBeRichError(HapndAggregateTypeMismatchError, {
      actualType: "order",
    });
    await expect(client.append({ ...appending(), events: [] })).rejects.toBeRichError(HapndValidationError);
    await expect(client.read("o-8").next()).rejects.toBeRichError(NotFoundError);
  });

  it("throws an API error for an error that Hapnd does not declare, which does not open the circuit", async () => {
    const newer = new RichError(Code.FAILED_PRECONDITION, "frozen", { reason: "AGGREGATE_FROZEN", domain: "hapnd" });
    const client = connect(await way.serveNothingBut(newer), { failures: 1 });
    for (const call of [() => client.append(appending()), () => client.read("o/7").next()]) {
      const error = await failureOf(call());
      expect(error).toBeRichError(HapndApiError);
      expect(error).toMatchObject({ reason: "AGGREGATE_FROZEN", message: "frozen", origin: "SERVER" });
    }
    const masking = connect(await way.serveNothingBut(new Error("secret")));
    expect(await failureOf(masking.append(appending()))).toMatchObject({
      name: "HapndApiError",
      message: "internal error",
    });
  });

  it("throws network errors when the server is gone, then circuit errors, and recovers with the server", async () => {
    const { child, ...ports } = await serveApart();
    const client = connect(name === "gRPC" ? ports.grpc : ports.http, { failures: 2, pause: 500 });
    await client.append(appending());
    child.kill("SIGKILL");
    await once(child, "exit");

    const errors = [];
    for (let attempt = 0; attempt < 3; attempt++) errors.push(await failureOf(client.append(appending())));
    expect(errors[0]).toBeRichError(HapndNetworkError);
    expect(errors[1]).toBeRichError(HapndNetworkError);
    expect(errors[2]).toBeRichError(HapndCircuitOpenError);
    expect(errors[2]).toMatchObject({ outcome: "NOT_APPLIED", recovery: "BACK_OFF_AND_RETRY" });

    await serveApart(ports.grpc, ports.http);
    await vi.waitFor(() => client.append(appending()), { timeout: 20_000, interval: 50 });
  }, 30_000);

  it("gives up on a server that does not respond in time", async () => {
    const client = connect(await way.serveNothingBut(undefined), { timeout: 30, failures: 2 });
    const late = await failureOf(client.append(appending()));
    expect(late).toBeRichError(HapndNetworkError);
    expect(late).toMatchObject({ code: Code.DEADLINE_EXCEEDED, origin: "CLIENT", outcome: "MAYBE_APPLIED" });
    await expect(client.read("o/7").next()).rejects.toBeRichError(HapndNetworkError);
    await expect(client.read("o/7").next()).rejects.toBeRichError(HapndCircuitOpenError);
  });
});

describe("Hapnd over HTTP", () => {
  it("sends its errors as it documents them", async () => {
    const port = await listenHttp(httpServer(new Store()));
    const url = `http://127.0.0.1:${port}/aggregates/o-7/events`;
    const body = JSON.stringify({ aggregateType: "order", expectedVersion: "5", events: [{ type: "paid" }] });
    const response = await fetch(url, { method: "POST", body });
    expect([response.status, await response.json()]).toEqual([
      409,
      {
        error: "the aggregate is at version 0, not 5",
        errorCode: "CONCURRENCY_CONFLICT",
        expectedVersion: expect.anything(),
        actualVersion: expect.anything(),
      },
    ]);
  });

  it.each(["{", "null", "{}", '{"events":[],"expectedVersion":"x"}'])("rejects the body %s", async (body) => {
    const port = await listenHttp(httpServer(new Store()));
    const response = await fetch(`http://127.0.0.1:${port}/aggregates/o-7/events`, { method: "POST", body });
    const { reason } = InvalidRequestError.definition;
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: "the body is not a valid append request", errorCode: reason },
    ]);
  });
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Server } from "@grpc/grpc-js";
import { Code, RichError, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
import {
  AggregateTypeMismatchError,
  ConcurrencyConflictError,
  HapndApiError,
  HapndCircuitOpenError,
  HapndNetworkError,
  NotFoundError,
  ValidationError,
} from "grpc-rich-errors/catalogs/hapnd";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { HapndClient, type HapndClientOptions } from "../../examples/hapnd-sdk/client.js";
import { EventsService } from "../../examples/hapnd-sdk/gen/hapnd/events/v1/events.js";
import { addEvents } from "../../examples/hapnd-sdk/server.js";
import { listen } from "../support/shapes.js";

const ROOT = join(import.meta.dirname, "../..");

function connect(port: number, options?: HapndClientOptions): HapndClient {
  const client = new HapndClient(`127.0.0.1:${port}`, options);
  onTestFinished(() => client.close());
  return client;
}

/** A server in this process; answers its port. */
async function serveHere(add: (server: Server) => void): Promise<number> {
  const server = new Server({ interceptors: [richErrorServerInterceptor()] });
  add(server);
  onTestFinished(() => server.forceShutdown());
  return listen(server);
}

/** A server in a process of its own, as it is compiled. */
async function serveApart(port = 0): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(ROOT, "build/examples/hapnd-sdk/serve.js"), String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(child.stdout, "data");
  return { port: Number(line), child };
}

const appending = (type = "order", expectedVersion?: bigint) => ({
  aggregateId: "o-7",
  aggregateType: type,
  expectedVersion,
  events: [{ type: "paid", data: "{}" }],
});

describe("a client of Hapnd", () => {
  it("appends and reads", async () => {
    const client = connect(await serveHere(addEvents));
    expect([await client.append(appending()), await client.append(appending("order", 1n))]).toEqual([1n, 2n]);
    const versions: bigint[] = [];
    for await (const { version } of client.read("o-7")) versions.push(version);
    expect(versions).toEqual([1n, 2n]);
  });

  it("throws the errors that Hapnd declares", async () => {
    const client = connect(await serveHere(addEvents));
    await client.append(appending());
    await expect(client.append(appending("order", 5n))).rejects.toBeRichError(ConcurrencyConflictError, {
      expectedVersion: 5n,
      actualVersion: 1n,
    });
    await expect(client.append(appending("invoice"))).rejects.toBeRichError(AggregateTypeMismatchError, {
      actualType: "order",
    });
    await expect(client.append({ ...appending(), events: [] })).rejects.toBeRichError(ValidationError);
    await expect(client.read("o-8").next()).rejects.toBeRichError(NotFoundError);
  });

  it("throws an API's error for one that Hapnd does not declare", async () => {
    const newer = new RichError(Code.FAILED_PRECONDITION, "frozen", { reason: "AGGREGATE_FROZEN", domain: "hapnd" });
    const port = await serveHere((server) =>
      server.addService(
        EventsService,
        richHandlers(EventsService, {
          append: () => Promise.reject(newer),
          read: () => {
            throw new Error("secret");
          },
        }),
      ),
    );
    const client = connect(port, { failures: 1 });
    const frozen = await client.append(appending()).catch((error: unknown) => error);
    expect(frozen).toBeRichError(HapndApiError);
    expect(frozen).toMatchObject({ code: Code.FAILED_PRECONDITION, reason: "AGGREGATE_FROZEN", message: "frozen" });
    // An answer does not open the circuit.
    const masked = await client
      .read("o-7")
      .next()
      .catch((error: unknown) => error);
    expect(masked).toBeRichError(HapndApiError);
    expect(masked).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
  });

  it("throws network errors when the server is gone, then leaves it alone, then finds it again", async () => {
    const { port, child } = await serveApart();
    const client = connect(port, { failures: 2, pause: 500 });
    await client.append(appending());
    child.kill("SIGKILL");
    await once(child, "exit");

    const errors = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      errors.push(await client.append(appending()).catch((error: unknown) => error));
    }
    expect(errors[0]).toBeRichError(HapndNetworkError);
    expect(errors[1]).toBeRichError(HapndNetworkError);
    expect(errors[2]).toBeRichError(HapndCircuitOpenError);
    expect(errors[2]).toMatchObject({ outcome: "NOT_APPLIED", recovery: "BACK_OFF_AND_RETRY" });

    await serveApart(port);
    await vi.waitFor(() => client.append(appending()), { timeout: 20_000, interval: 50 });
  }, 30_000);

  it("gives up on a server that does not answer in time", async () => {
    const port = await serveHere((server) =>
      server.addService(
        EventsService,
        richHandlers(EventsService, {
          append: () => new Promise(() => {}),
          read: async function* () {
            await new Promise(() => {});
          },
        }),
      ),
    );
    const client = connect(port, { timeout: 30, failures: 2 });
    await expect(client.append(appending())).rejects.toBeRichError(HapndNetworkError);
    await expect(client.read("o-7").next()).rejects.toBeRichError(HapndNetworkError);
    await expect(client.read("o-7").next()).rejects.toBeRichError(HapndCircuitOpenError);
  });
});

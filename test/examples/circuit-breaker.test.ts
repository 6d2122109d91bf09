import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { credentials, Server } from "@grpc/grpc-js";
import {
  Code,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import {
  catalog,
  HapndCircuitOpenError,
  HapndValidationError,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import { recovery, reportOf } from "grpc-rich-errors/recovery";
import { describe, expect, it, onTestFinished } from "vitest";
import { Guard, type GuardOptions } from "../../examples/circuit-breaker/guard.js";
import { EventsClient, EventsService } from "../../examples/hapnd-sdk/gen/hapnd/events/v1/events.js";
import { budgetOf } from "../../src/client/recovery/retry-budget.js";
import { listen } from "../support/shapes.js";

const LONG = 60_000;
const mistake = () => new HapndValidationError({ violations: [{ field: "events", description: "must not be empty" }] });
const failure = () => new ReducerNotReadyError();

/** Starts a server, and guards its calls. The handler fails with what `fail` returns. */
async function start(fail: () => Error | undefined | Promise<undefined>, options: Partial<GuardOptions> = {}) {
  const seen = { requests: 0 };
  const server = new Server({ interceptors: [richErrorServerInterceptor({ catalogs: [catalog] })] });
  const append = async () => {
    seen.requests++;
    const error = await fail();
    if (error) throw error;
    return { version: 1n };
  };
  server.addService(EventsService, richHandlers(EventsService, { append, read: () => [] }));
  const address = `127.0.0.1:${await listen(server)}`;
  onTestFinished(() => server.forceShutdown());
  const client = new EventsClient(
    address,
    credentials.createInsecure(),
    richErrorClientOptions({ catalogs: [catalog] }),
  );
  onTestFinished(() => client.close());
  const guard = new Guard({ address, catalogs: [catalog], failures: 2, pause: LONG, ...options });
  const events = promises(client);
  const request = { aggregateId: "a", aggregateType: "order", expectedVersion: undefined, events: [] };
  const call = (kind = recovery.none) => {
    const deadline = Date.now() + LONG;
    const send = () => events.append(request, { deadline });
    return guard.call({ recovery: kind, request, deadline, send });
  };
  return { address, seen, guard, call, failed: (kind = recovery.none) => call(kind).catch((error: unknown) => error) };
}

describe("the guard of the example circuit-breaker", () => {
  it("stays open for calls, however many callers make mistakes", async () => {
    let isMistake = true;
    const { failed, seen } = await start(() => (isMistake ? mistake() : undefined));
    const errors = await Promise.all(Array.from({ length: 100 }, () => failed()));
    for (const error of errors) expect(error).toBeRichError(HapndValidationError);
    isMistake = false;
    expect(await failed()).toEqual({ version: 1n });
    expect(seen.requests).toBe(101);
  });

  it("does not take a failure now and then for a failing server if mistakes are answered between them", async () => {
    let calls = 0;
    const { failed, seen } = await start(() => (calls++ % 2 ? mistake() : failure()));
    for (let call = 0; call < 20; call++) expect(await failed()).not.toBeInstanceOf(HapndCircuitOpenError);
    expect(seen.requests).toBe(20);
  });

  it("spares a failing server, with an error of the client", async () => {
    const { failed, seen } = await start(failure);
    expect(await failed()).toBeRichError(ReducerNotReadyError);
    expect(await failed()).toBeRichError(ReducerNotReadyError);
    const open = await failed();
    expect(open).toBeRichError(HapndCircuitOpenError);
    expect(open).toMatchObject({ code: Code.UNAVAILABLE, origin: "CLIENT", outcome: "NOT_APPLIED" });
    expect(seen.requests).toBe(2);
  });

  it("counts each attempt, and ends with the server's error", async () => {
    const { failed, seen } = await start(failure);
    const error = await failed(recovery.declared.with({ attempts: 5, backOffDelay: 1 }));
    expect(error).toBeRichError(ReducerNotReadyError);
    expect(reportOf(error)?.attempts.map((attempt) => attempt.error.origin)).toEqual([
      "SERVER",
      "SERVER",
      "CLIENT",
      "CLIENT",
      "CLIENT",
    ]);
    expect(seen.requests).toBe(2);
  });

  it("lets a waiting call through when the circuit closes, and takes nothing from the budget for its attempts", async () => {
    let isFailing = true;
    const { address, failed, seen } = await start(() => (isFailing ? failure() : undefined), { pause: 50 });
    await failed();
    await failed();
    isFailing = false;
    expect(await failed(recovery.declared.with({ attempts: 1_000, backOffDelay: 1, longestDelay: 5 }))).toEqual({
      version: 1n,
    });
    expect(budgetOf(address).tokens).toBe(500);
    expect(seen.requests).toBe(3);
  });

  it("limits the calls at a time, with an error of the client", async () => {
    let open = () => {};
    const opened = new Promise<undefined>((resolve) => {
      open = () => resolve(undefined);
    });
    const { call, failed, seen } = await start(() => opened, { concurrent: 1, waiting: 1 });
    const running = [call(), call()];
    const full = await failed();
    expect(full).toBeInstanceOf(RichError);
    expect(full).toMatchObject({ code: Code.RESOURCE_EXHAUSTED, origin: "CLIENT", outcome: "NOT_APPLIED" });
    open();
    expect(await Promise.all(running)).toEqual([{ version: 1n }, { version: 1n }]);
    expect(seen.requests).toBe(2);
  });

  it("passes on a mistake of the program as it is, and does not count it", async () => {
    const { guard, failed } = await start(() => undefined);
    const thrown = new TypeError("no such function");
    for (let time = 0; time < 5; time++) {
      const send = () => Promise.reject(thrown);
      const call = { recovery: recovery.none, request: undefined, deadline: Date.now() + LONG, send };
      await expect(guard.call(call)).rejects.toThrow(thrown);
    }
    expect(await failed()).toEqual({ version: 1n });
  });

  it("runs as a program", async () => {
    const script = join(import.meta.dirname, "../../build/examples/circuit-breaker/main.js");
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout.split("\n")).toEqual([
      "wrong requests: 20 HapndValidationError (INVALID_ARGUMENT, SERVER, NOT_APPLIED); 20 requests",
      expect.stringMatching(
        /^a failing server: .*, 1\d HapndCircuitOpenError \(UNAVAILABLE, CLIENT, NOT_APPLIED\); \d requests$/,
      ),
      "a working server: 20 success; 20 requests",
      "30 calls at once: 20 success, 10 RichError (RESOURCE_EXHAUSTED, CLIENT, NOT_APPLIED)",
      "",
    ]);
  });
});

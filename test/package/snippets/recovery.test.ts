import { makeGenericClientConstructor, Server, type sendUnaryData } from "@grpc/grpc-js";
import { richErrorClientOptions } from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  catalog as eventlog,
  InflightDuplicateWriteError,
  NotLeaderError,
} from "grpc-rich-errors/catalogs/eventlog";
import {
  HapndCircuitOpenError,
  catalog as hapnd,
  InvalidRequestError,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { recover, recovery } from "grpc-rich-errors/recovery";
import { expect, onTestFinished, test } from "vitest";
import { imageOf } from "../../cli/images.js";
import { ShapesService } from "../../gen/shapes/v1/shapes.js";
import { listen, request, startShapes } from "../../support/shapes.js";
import { expectRecovery } from "../busy-orders.js";
import { openPage } from "../page.js";

const page = openPage("docs/recovery.md");

test("shows how calls recover", async () => {
  const { views } = await page.imported(
    `import { promises } from "grpc-rich-errors";
     ${page.take("import { recovery }").replace("const orders", "export const views = (client) => { const orders")}
     ${page.take("const byMethod")}
     return [orders, byMethod]; };`,
  );
  await expectRecovery(views);
});

test("shows how to repeat a write with a key", async () => {
  const { appendWith } = await page.imported(
    `import { recovery } from "grpc-rich-errors/recovery";
     export function appendWith(log) { ${page.take("recovery.keyed(").replace(": Append", "")} return append; }`,
  );
  const held = new InflightDuplicateWriteError({ clientId: "c", clientSequence: 1n });
  const landed = new ClientIdempotencyViolationError({ clientId: "c", clientSequence: 1n });
  const failures = [held, landed];
  const shapes = await startShapes(
    {
      unary: () => {
        throw failures.shift();
      },
    },
    { catalogs: [eventlog], client: richErrorClientOptions({ catalogs: [eventlog] }) },
  );
  const versions: unknown[] = [];
  const log = { versionOf: async () => 5, find: async () => ({ id: "mine", version: 6 }) };
  const write = { clientId: "c", sequence: 1, eventId: "mine", expectedVersion: 4 };
  const response = await recover({ recovery: appendWith(log), request: write }, async (attempt) => {
    versions.push((attempt.request as typeof write).expectedVersion);
    return shapes.calls.unary(request());
  });
  expect(response).toEqual({ version: 6 });
  expect(versions).toEqual([4, 5]);
});

test("shows how to follow the leader of a cluster", async () => {
  const { clusterOf } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/eventlog";
     ${page
       .take("cluster(EventLogClient")
       .replace("const log =", "export async function clusterOf(EventLogClient, seeds, write) { const log =")
       .replace(/seeds: .*,/, "seeds,")
       .replace("createSsl", "createInsecure")} log.close(); return version; }`,
  );
  const service = { append: ShapesService.unary };
  const servers = [new Server(), new Server()];
  onTestFinished(() => {
    for (const server of servers) server.forceShutdown();
  });
  const received: string[] = [];
  const [leader, follower] = servers;
  const leaderAddress = await addressWith(leader, (callback) => {
    received.push("leader");
    callback(null, { index: 1 });
  });
  const seed = await addressWith(follower, (callback) => {
    received.push("follower");
    callback(new NotLeaderError({ leaderAddress }));
  });
  await clusterOf(makeGenericClientConstructor(service, "EventLog"), [seed], request());
  expect(received).toEqual(["follower", "leader"]);

  async function addressWith(server: Server | undefined, respond: (callback: sendUnaryData<unknown>) => void) {
    if (!server) throw new Error("no server");
    server.addService(service, { append: (_: unknown, callback: sendUnaryData<unknown>) => respond(callback) });
    return `127.0.0.1:${await listen(server)}`;
  }
});

test("shows how to declare a redirect", async () => {
  const image = await imageOf({
    "node.proto": `
      syntax = "proto3";
      package node.v1;
      import "richerrors/v1/annotations.proto";
      enum NodeError {
        NODE_ERROR_UNSPECIFIED = 0;
        ${page.take("redirect_to")}
      }
      message NotLeaderErrorDetails { Node leader = 1; }
      message Node { string host = 1; int32 port = 2; }`,
  });
  expect(catalogFromDescriptorSet(image).byReason("node.v1", "NOT_LEADER")?.definition).toMatchObject({
    redirectTo: "{leader.host}:{leader.port}",
    recovery: "REDIRECT",
  });
});

test("shows how any function recovers, and how to report what was tried", async () => {
  const { read, report } = await page.imported(
    `import { codeName } from "grpc-rich-errors";
     import { toHttp } from "grpc-rich-errors/http";
import { recover, recovery, reportOf } from "grpc-rich-errors/recovery";
import { failing, richErrorSerializer } from "grpc-rich-errors/testing";
     export async function read(fetchPage, url, signal) { ${page.take("await recover(")} return page; }
     export ${page.take("function report")}`,
  );
  const refused = () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
  let left = 1;
  const fetchPage = async () => {
    if (left-- > 0) throw refused();
    return "a page";
  };
  expect(await read(fetchPage, "")).toBe("a page");
  const declared = { recovery: recovery.declared.with({ attempts: 2, backOffDelay: 1 }), address: "a:1" };
  const error: unknown = await recover(declared, () => Promise.reject(refused())).catch((error: unknown) => error);
  expect(report(error)).toBe("a:1: UNAVAILABLE, a:1: UNAVAILABLE; attempts, NOT_APPLIED");
});

test("shows how to guard a server with a circuit breaker and a bulkhead", async () => {
  const { guarded } = await page.imported(
    `import { bulkhead, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
     import { RichError } from "grpc-rich-errors";
     import { catalog } from "grpc-rich-errors/catalogs/hapnd";
     import { recover, recovery as kinds } from "grpc-rich-errors/recovery";
     const recovery = { declared: kinds.declared.with({ backOffDelay: 1 }) };
     export function guarded(orders, address) {
       ${page.take("const isFailedCall")}
       return async (request, deadline) => { ${page.take("const limit")} return placed; };
     }`,
  );
  let calls = 0;
  const ends = new Map<number, () => Error>([
    [0, () => new InvalidRequestError()],
    [1, () => new ReducerNotReadyError()],
  ]);
  const { calls: shapes, address } = await startShapes(
    {
      unary: ({ request: { before } }) => {
        calls++;
        const error = ends.get(before)?.();
        if (error) throw error;
        return { index: before };
      },
    },
    { catalogs: [hapnd], client: richErrorClientOptions({ catalogs: [hapnd] }) },
  );
  const place = guarded({ placeOrder: shapes.unary }, address);
  const failed = async (before: number): Promise<unknown> =>
    place({ scenario: "", before }, Date.now() + 60_000).catch((error: unknown) => error);
  for (let call = 0; call < 10; call++) expect(await failed(0)).toBeRichError(InvalidRequestError);
  expect(await failed(2)).toEqual({ index: 2 });
  expect(await failed(1)).toBeRichError(ReducerNotReadyError);
  // The budget has no more retries for a server that turns requests away.
  for (let call = 0; call < 2; call++) expect(await failed(1)).toBeRichError(ReducerNotReadyError);
  const open = await failed(1);
  expect(open).toBeRichError(HapndCircuitOpenError);
  expect(open).toMatchObject({ origin: "CLIENT", outcome: "NOT_APPLIED" });
  expect(calls).toBe(16);
});

page.testOtherCode();

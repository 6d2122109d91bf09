import { richErrorClientOptions } from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  catalog as eventlog,
  InflightDuplicateWriteError,
} from "grpc-rich-errors/catalogs/eventlog";
import { recover, recovery } from "grpc-rich-errors/recovery";
import { expect, test } from "vitest";
import { request, startShapes } from "../../support/shapes.js";
import { expectRecovery } from "../busy-orders.js";
import { openPage } from "../page.js";

const page = openPage("docs/recovery.md");

test("shows how calls recover", async () => {
  const { views } = await page.imported(
    `import { promises } from "grpc-rich-errors";
     ${page.take("import { recovery }").replace("const orders", "export const views = (client) => { const orders")}
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

page.testOtherCode();

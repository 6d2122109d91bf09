import { Metadata, status } from "@grpc/grpc-js";
import { RichError, toStatus } from "grpc-rich-errors";
import { InflightDuplicateWriteError } from "grpc-rich-errors/catalogs/eventlog";
import {
  HapndConcurrencyError,
  HapndValidationError,
  catalog as hapnd,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import { StreamNotFoundError, StreamRevisionConflictError } from "grpc-rich-errors/catalogs/kurrentdb";
import { expect, test } from "vitest";
import { startShapes } from "../../support/shapes.js";
import { openPage } from "../page.js";

const page = openPage("docs/client.md");

test("shows how to send an error as JSON", async () => {
  const { receive } = await page.imported(page.take("fromJson(json"));
  const error = new InflightDuplicateWriteError({ clientId: "c-1", clientSequence: 7n });
  expect(receive(JSON.parse(JSON.stringify(error)))).toBeInstanceOf(InflightDuplicateWriteError);
});

test("shows how to handle the errors of a union", async () => {
  const { explain } = await page.imported(
    `import { RichError } from "grpc-rich-errors";
     import { StreamsError } from "grpc-rich-errors/catalogs/kurrentdb";
     export ${page.take("function explain")}`,
  );
  const conflict = new StreamRevisionConflictError({ stream: "x", expectedRevision: 5n, actualRevision: 7n });
  expect(explain(conflict)).toBe("is at 7, not at 5");
  expect(explain(new StreamNotFoundError({ stream: "x" }))).toBe("there is no stream x");
  expect(explain({ code: status.UNAVAILABLE, details: "gone" })).toBe("gone");
});

test("shows how to describe a number", async () => {
  const { describe } = await page.imported(
    `import { catalog } from "grpc-rich-errors/catalogs/eventlog";
     export ${page.take("function describe")}`,
  );
  expect(describe(2003)).toBe("The aggregate is not at the version that the writer expected.");
  expect(describe(2050)).toBe("unknown, in the category Write and request");
});

test("shows how to handle failures without a response", async () => {
  const { advise } = await page.imported(
    `import * as hapnd from "grpc-rich-errors/catalogs/hapnd";
     const { HapndApiError, HapndCircuitOpenError, HapndError, HapndNetworkError } = hapnd;
     export ${page.take("function advise")}`,
  );
  const from = (thrown: unknown) => advise(RichError.from(thrown, { catalogs: [hapnd] }));
  const call = (code: status, details: string) => ({ code, details, metadata: new Metadata() });
  expect(advise(new ReducerNotReadyError())).toBe("ReducerNotReady");
  expect(from(call(status.NOT_FOUND, "no such thing"))).toBe("unknown to this client: 5 undefined");
  expect(from(call(status.UNAVAILABLE, "No connection established"))).toBe("try again");
  expect(from(call(status.UNAVAILABLE, "Connection dropped"))).toBe("look first, then try again");
  expect(from(Object.assign(new Error("open"), { code: "EOPENBREAKER" }))).toBe("wait a while, then try again");
  expect(from(call(status.CANCELLED, "Cancelled on client"))).toBe("cancelled, or not an error of Hapnd");
});

test("shows how to recognize the errors of a method", async () => {
  const { afterAppend } = await page.imported(
    `import { isErrorOf } from "grpc-rich-errors";
     import { EventsContract as events } from "../../../examples/hapnd-sdk/gen/hapnd/events/v1/events.rich.js";
     export ${page.take("function afterAppend").replace(/^.*\n/, "")}`,
  );
  const violations = [{ field: "events", description: "must not be empty" }];
  expect(afterAppend(new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 7n }))).toBe("append at 7");
  expect(afterAppend(new HapndValidationError({ violations }))).toBe("correct events");
  expect(() => afterAppend(new ReducerNotReadyError())).toThrow(ReducerNotReadyError);
});

test("shows how to call with promises", async () => {
  const { call } = await page.imported(
    `import { promises as view } from "grpc-rich-errors";
     export async function call(client) {
       const promises = (given) => ({ placeOrder: ({ quantity }, options) => view(given).unary({ scenario: "", before: quantity }, options) });
       ${page.take("promises(client);")}
       return order;
     }`,
  );
  const shapes = await startShapes({ unary: ({ request: { before } }) => ({ index: before }) });
  expect(await call(shapes.client)).toEqual({ index: 1 });
});

test("shows how to read statuses inside responses", async () => {
  const { read } = await page.imported(
    `import { fromStatus } from "grpc-rich-errors";
     import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
     export function read(response) { ${page.take("fromStatus(")} return failures; }`,
  );
  const response = { results: [{ status: toStatus(new StreamNotFoundError({ stream: "x" })) }] };
  const [failure] = read(response);
  expect(failure).toBeRichError(StreamNotFoundError, { stream: "x" });
});

page.testOtherCode();

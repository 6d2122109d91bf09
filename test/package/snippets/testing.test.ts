import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Server, status } from "@grpc/grpc-js";
import { pack, packError } from "grpc-rich-errors";
import { ServerOverloadedError, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
import { toHttp } from "grpc-rich-errors/http";
import { failing, richErrorSerializer } from "grpc-rich-errors/testing";
import { expect, onTestFinished, test } from "vitest";
import { openPage } from "../page.js";
import { ROOT } from "../project.js";
import { flat } from "../snippets.js";

const page = openPage("docs/testing.md");

/** A service with one method, whose messages are JSON. */
const SERVICE = `
  import assert from "node:assert";
  import { credentials, makeGenericClientConstructor, Server } from "@grpc/grpc-js";
  import { Code, pack, packError, richErrorClientOptions, richErrorServerInterceptor, unpack } from "grpc-rich-errors";
  import { catalog, ServerOverloadedError, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
  import { ErrorInfo, RetryInfo } from "grpc-rich-errors/details";
  import { toHttp } from "grpc-rich-errors/http";
  import * as testing from "grpc-rich-errors/testing";
  import { afterAll, beforeAll, expect } from "vitest";
  const { assertErrorDetail, assertReason, assertRejectsWithRichError, assertRichError, failing, readRichError, recordErrors, testServer } = testing;
  const write = (message) => Buffer.from(JSON.stringify(message));
  const read = (bytes) => JSON.parse(bytes.toString());
  const shape = { requestStream: false, responseStream: false };
  const json = { requestSerialize: write, requestDeserialize: read, responseSerialize: write, responseDeserialize: read };
  export const StreamsService = { read: { path: "/streams.v1.Streams/Read", ...shape, ...json } };
  export const StreamsClient = makeGenericClientConstructor(StreamsService, "Streams");
  class DatabaseError extends Error {}
  const database = () => { throw new DatabaseError("secret"); };`;
const reject = (thrown: unknown) => ({ read: () => Promise.reject(thrown) });

test("shows how to assert an error", async () => {
  const [registers, ...asserts] = page.take("grpc-rich-errors/vitest").split("\n");
  const { first, matchers } = await page.imported(
    `${registers}
     ${SERVICE}
     export async function first(streams) { ${asserts.join("\n")} }
     export async function matchers(streams, error) { ${page.take("toHaveReason(")} }`,
  );
  const error = new StreamNotFoundError({ stream: "x" }, { retryDelay: 1000 });
  await first(reject(error));
  await matchers(reject(error), error);
  const other = reject(new StreamNotFoundError({ stream: "y" }));
  await expect(first(other)).rejects.toThrow(/expected a StreamNotFoundError/);
  await expect(matchers(other, error)).rejects.toThrow(/differs in stream/);
  await expect(matchers(reject(error), new StreamNotFoundError({ stream: "x" }))).rejects.toThrow(/RetryInfo/);
});

test("shows how to assert a packed error", async () => {
  const { check } = await page.imported(
    `${SERVICE}
     // In place of the one of test/setup.ts, which accepts only instances.
     expect.extend({ toBeRichError: testing.toBeRichError });
     export async function check(error, url, fetch, call, trailerInBase64) { ${page.take("await fetch(url)")} }`,
  );
  const error = new StreamNotFoundError({ stream: "x" });
  const { status: httpStatus, headers, body } = toHttp(error);
  const fetched = async () =>
    new Response(JSON.stringify(body), { status: httpStatus, headers: Object.entries(headers) });
  const base64 = Buffer.from(pack(error)).toString("base64");
  await check(error, "", fetched, { status: packError(error) }, base64);
  await expect(check(error, "", fetched, { status: packError(error) }, "")).rejects.toThrow(/but got ""/);
});

test("shows the assertions for node:test", async () => {
  const { check } = await page.imported(
    `${SERVICE}
     export async function check(streams, caught, status) { ${page.take("assertRejectsWithRichError(")} }`,
  );
  const error = new StreamNotFoundError({ stream: "x" });
  await check(reject(error), error, packError(error));
  await expect(check(reject(error), new Error("no"), packError(error))).rejects.toThrow(/which is not a gRPC error/);
});

test("shows how to start a server", async () => {
  const { check, StreamsService } = await page.imported(
    `${SERVICE}
     export async function check() { ${page.take("await testServer(\n")} }`,
  );
  expect(StreamsService.read.path).toBe("/streams.v1.Streams/Read");
  await check();
});

test("shows how to fail calls", async () => {
  const { open, StreamsClient, promises } = await page.imported(
    `${SERVICE}
     export { promises } from "grpc-rich-errors";
     export function open(address) { ${page.take("failing([")} return { faults, client, server }; }`,
  );
  const { faults, client, server } = open("127.0.0.1:1");
  onTestFinished(() => client.close());
  expect(client).toBeInstanceOf(StreamsClient);
  expect(server).toBeInstanceOf(Server);
  const calls = promises(client);
  await expect(calls.read({})).toRejectWithRichError(ServerOverloadedError);
  const later = Array.from({ length: 100 }, () => calls.read({}));
  const reasons = (await Promise.allSettled(later)).map((end) => (end.status === "rejected" ? end.reason.code : 0));
  const injected = reasons.filter((code) => code === status.NOT_FOUND).length;
  expect(injected + 1).toBe(faults.fired);
  faults.verify();
});

test("shows how to record errors", async () => {
  const { check } = await page.imported(
    `${SERVICE}
     export async function check() {
       const { server, promises } = await testServer(StreamsService, { read: database });
       const streams = promises(StreamsClient);
       ${page.take("recordErrors(server)")}
     }`,
  );
  await check();
});

test("shows the snapshot of an error", async () => {
  const serialized = /`\n([\s\S]*)\n`/.exec(page.take("toMatchInlineSnapshot("))?.[1];
  const text = richErrorSerializer.serialize(new StreamNotFoundError({ stream: "x" }), {}, "");
  expect(flat(serialized ?? "")).toBe(flat(text));
});

test("shows failures as they are", async () => {
  const shown = await readFile(join(ROOT, "test/package/failure-output.txt"), "utf8");
  const [head = "", ...lines] = page.snippets.find(({ code }) => code.startsWith("expected a"))?.code.split("\n") ?? [];
  expect(shown).toContain(head.replace(/…$/, ""));
  expect(shown).toContain(lines.join("\n"));
  const faults = failing([
    { method: "Raed", error: new ServerOverloadedError(), nth: 1 },
    { error: new ServerOverloadedError() },
  ]);
  for (let call = 0; call < 3; call++) {
    faults.client({ method_definition: { path: "/streams.v1.Streams/Read" } } as never, () => ({}) as never);
  }
  const text = page.snippets.find(({ code }) => code.startsWith("failing: "))?.code ?? "";
  expect(() => faults.verify()).toThrow(new Error(text.trimEnd()));
});

test("shows how to refuse wrong details in tests", async () => {
  const { wrong, configure } = await page.imported(
    `${page.take("strictDetails: true")}
     import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
     export const wrong = () => new StreamNotFoundError({ straem: "x" });
     export { configure };`,
  );
  expect(wrong).toThrow(/ the field straem is unknown; its value "x" is left out; write "stream"$/);
  configure({ strictDetails: false });
  expect(wrong).not.toThrow();
});

test("shows how to unpack trailers", async () => {
  const { check } = await page.imported(
    `import { expect } from "vitest";
     import { pack, unpack } from "grpc-rich-errors";
     import { unpackTrailer } from "grpc-rich-errors/testing";
     import { catalog, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
     export function check(status) {
       ${page.take("unpackTrailer(")}
       ${page.take("unpack(pack(")}
       return [error, received];
     }`,
  );
  const [error, received] = check(packError(new StreamNotFoundError({ stream: "x" })));
  expect([error.reason, received.detail]).toEqual(["STREAM_NOT_FOUND", { stream: "x" }]);
});

page.testOtherCode();

import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import * as http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { createFileRegistry, fromBinary, toJson } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { credentials, Metadata, makeGenericClientConstructor, Server, type sendUnaryData, status } from "@grpc/grpc-js";
import { NestFactory } from "@nestjs/core";
import express from "express";
import fastify from "fastify";
import * as root from "grpc-rich-errors";
import {
  pack,
  packError,
  promises,
  RichError,
  richErrorClientOptions,
  richErrorServerInterceptor,
  StandardDetails,
  toStatus,
} from "grpc-rich-errors";
import {
  ClientIdempotencyViolationError,
  catalog as eventlog,
  InflightDuplicateWriteError,
  NotLeaderError,
  ServerBusyError,
} from "grpc-rich-errors/catalogs/eventlog";
import {
  HapndCircuitOpenError,
  HapndConcurrencyError,
  HapndValidationError,
  catalog as hapnd,
  InvalidRequestError,
  ReducerNotReadyError,
} from "grpc-rich-errors/catalogs/hapnd";
import {
  catalog as kurrentdb,
  ServerOverloadedError,
  StreamNotFoundError,
  StreamRevisionConflictError,
} from "grpc-rich-errors/catalogs/kurrentdb";
import { toConnectError } from "grpc-rich-errors/connect";
import { ErrorCoverageReporter } from "grpc-rich-errors/coverage/vitest";
import * as details from "grpc-rich-errors/details";
import { toHttp } from "grpc-rich-errors/http";
import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
import { recover, recovery, reportOf } from "grpc-rich-errors/recovery";
import { failing, richErrorSerializer } from "grpc-rich-errors/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { packageEntries } from "../../package-entries.js";
import { BREAKING_GROUPS } from "../../src/check/breaking/rules.js";
import { run } from "../cli/fake-terminal.js";
import { HEAD, imageOf } from "../cli/images.js";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { moduleOf, runTool } from "../plugin/compile.js";
import { generatedModules, typeErrors } from "../support/generated-modules.js";
import { refusing } from "../support/half-servers.js";
import { listen, OK, request, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { nestProgram } from "./nest-page.js";
import { ROOT } from "./project.js";
import { flat, MIGRATING, PAGES_WITH_COMMANDS, Pages } from "./snippets.js";

const README = "README.md";
const GETTING_STARTED = "docs/getting-started.md";
const SETUP = "docs/setup.md";

/** Returns a block that is a file of the example: with `<!-- path -->` in the README, and with the file's name on the page with all files. */
const EMBEDDED = /(<!-- (\S+) -->\n|\*\*`([^`\n]+)`\*\*\n\n)```(\w+)\n([\s\S]*?)^```$/gm;

let pages: Pages;
let folder: string;

beforeAll(async () => {
  pages = await Pages.read();
  // The file lies beside the tests, so that the package's name means its source.
  folder = await mkdtemp(join(ROOT, "test/package/.snippets-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("README.md", () => {
  test("fits two screens", () => {
    expect(pages.text(README).split("\n").length).toBeLessThanOrEqual(170);
  });

  test("begins with lines of the example", async () => {
    const paths = ["proto/shop/v1/errors.proto", "server.ts", "client.ts"];
    const sources = await Promise.all(paths.map((path) => readFile(join(ROOT, "examples/orders", path), "utf8")));
    const [first = "", second = "", third = ""] = sources.map(flat);
    const beginning = pages.text(README).split("\n").slice(0, 30).join("\n");
    const blocks = [...beginning.matchAll(/```\w+\n([\s\S]*?)```/g)].map(([, code = ""]) => flat(code));
    const [proto, server, client] = blocks;
    expect(blocks).toHaveLength(3);
    expect(first).toContain(proto);
    expect(second).toContain(server);
    expect(third).toContain(client);
    for (const start of ["enum OrderError", "throw new OrderRejectedError", "try {"]) pages.take(README, start);
  });

  test("shows how to attach the package", async () => {
    const { attach } = await imported(
      `import { credentials, Server } from "@grpc/grpc-js";
       import { richErrorClientOptions, richErrorServerInterceptor, richHandlers } from "grpc-rich-errors";
       import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       export function attach(OrderServiceService, handlers, OrderServiceClient) {
         ${pages.take(README, "new Server(")}
         ${pages.take(README, "new OrderServiceClient(")}
         return { server, options, client };
       }`,
    );
    const fail = () => {
      throw new StreamNotFoundError({ stream: "x" });
    };
    const { server, client, options } = attach(ShapesService, { ...OK, unary: fail }, ShapesClient);
    client.close();
    const calling = new ShapesClient(`127.0.0.1:${await listen(server)}`, credentials.createInsecure(), options);
    onTestFinished(() => {
      calling.close();
      server.forceShutdown();
    });
    await expect(promises(calling).unary(request())).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
  });

  test("has links that work on npm's site", () => {
    const links = [...pages.text(README).matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !link.startsWith("https://"))).toEqual([]);
  });
});

describe("the documentation", () => {
  test("shows the files of the example unchanged", async () => {
    const shown: string[] = [];
    for (const page of [README, GETTING_STARTED, SETUP]) {
      let updated = pages.text(page);
      for (const [, , path, name] of updated.matchAll(EMBEDDED)) {
        // The reader installs the dependencies of the example's manifest with a command.
        if (name === "package.json") continue;
        const file = path ?? `examples/orders/${name}`;
        const source = await readFile(join(ROOT, file), "utf8");
        updated = updated.replace(EMBEDDED, (block, heading: string, ...[other, otherName, language]: string[]) =>
          other === path && otherName === name ? `${heading}\`\`\`${language}\n${source}\`\`\`` : block,
        );
        shown.push(file);
        pages.take(page, source);
      }
      if (process.env["UPDATE_DOCS"]) await writeFile(join(ROOT, page), updated);
      else expect(pages.text(page)).toBe(updated);
    }
    expect(shown.map((file) => file.replace("examples/orders/", ""))).toEqual([
      "tsconfig.json",
      "proto/shop/v1/orders.proto",
      "proto/shop/v1/errors.proto",
      "server.ts",
      "client.ts",
      "buf.yaml",
      "buf.gen.yaml",
    ]);
  });

  test("mentions everything that the main entry and the details export", () => {
    const text = pages.names.map((page) => pages.text(page)).join("\n");
    const exported = [...Object.keys(root), ...Object.keys(details)];
    expect(exported.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });

  test("lists every entry of the package", () => {
    const [, table = ""] = pages.text("docs/faq.md").split("**What is in which entry?**");
    const listed = [...table.matchAll(/`(?:grpc-rich-errors)?(\/[^`]*)?`/g)].map(([, subpath = ""]) => subpath);
    const subpaths = packageEntries().map(({ name }) => name.slice("grpc-rich-errors".length));
    expect(subpaths.filter((subpath) => !listed.includes(subpath))).toEqual([]);
  });

  test.each<[string, (options: object) => void]>([
    ["docs/server.md", (options) => richErrorServerInterceptor(options)],
    ["docs/client.md", (options) => richErrorClientOptions(options)],
    ["docs/http.md", (options) => toHttp(new Error("x"), options)],
  ])("lists every option on %s", (page, use) => {
    // The message about an option that is like no other lists all of them.
    const [, all = ""] = textThrownBy(() => use({ zzzzzzzz: true })).split("is unknown; write ");
    const names = [...all.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
    const cells = [...pages.text(page).matchAll(/^\| ([^|]*`[^|]*) \|/gm)].map(([, cell = ""]) => cell);
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !cells.some((cell) => new RegExp(`\`${name}\\b`).test(cell)))).toEqual([]);
  });

  test("links to pages, headings and files that exist", async () => {
    const broken: string[] = [];
    for (const page of pages.names) {
      for (const [, link = ""] of pages.text(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        // npm shows the README without the repository around it.
        if (page === README && !/^(https:|#)/.test(link)) broken.push(`${page}: ${link}`);
        const url = new URL(link, `${REPOSITORY}blob/main/${page}`);
        if (!url.href.startsWith(REPOSITORY)) continue;
        const path = url.pathname.slice(new URL(REPOSITORY).pathname.length).replace(/^(blob|tree)\/main\//, "");
        if (path.startsWith("security/") || path.startsWith("issues")) continue;
        const target = pages.names.includes(path) ? pages.text(path) : undefined;
        if (target === undefined && !existsSync(join(ROOT, path))) broken.push(`${page}: ${link}`);
        if (url.hash !== "" && !headingsOf(target ?? "").includes(url.hash.slice(1))) broken.push(`${page}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("loads protos with lines of the example without generated code", async () => {
    const code = pages.take("docs/runtime-catalogs.md", "loadSync(");
    for (const file of ["server.mjs", "client.mjs"]) {
      expect(flat(await readFile(join(ROOT, "examples/orders/loaded", file), "utf8"))).toContain(flat(code));
    }
  });

  test("shows how to annotate a published enum", async () => {
    const proto = pages.take("docs/published-enums.md", "enum ErrorCode");
    const protos = { "vault/v1/vault.proto": proto };
    const generated = await generatedModules(protos);
    const { ConnectFailedError, NoSuchSecretError, VaultApiError, VaultError } = await import(
      /* @vite-ignore */ join(generated, "vault/v1/vault.rich.ts")
    );
    const error = new ConnectFailedError({ host: "db-1", state: 1 });
    expect(error.message).toBe("no connection to db-1: the node is NODE_STATE_SEALED");
    expect(pages.text("docs/published-enums.md")).toContain(error.message);
    expect([error.reason, error.domain, error.name]).toEqual(["CONNECT_FAILED", "vault.v1", "ConnectFailedError"]);
    expect([error instanceof VaultError, error instanceof VaultApiError]).toEqual([true, true]);
    expect(NoSuchSecretError.definition).toMatchObject({ reason: "HTTP_404", className: "NoSuchSecretError" });
    expect(await typeErrors(generated, "")).toBe("");
  });

  test("shows how to map and report errors", async () => {
    const { interceptor, NoSuchKeyError } = await imported(
      `import { richErrorServerInterceptor } from "grpc-rich-errors";
       import { catalog, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       import { systemErrors, zodErrors } from "grpc-rich-errors/mappings";
       export class NoSuchKeyError extends Error { key = "x"; }
       export const interceptor = ${pages.take("docs/server.md", "onError: (")}`,
    );
    const fail = () => {
      throw new NoSuchKeyError();
    };
    const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
    expect(RichError.from((await callOn(shapes, "unary")).error, { catalogs: [kurrentdb] })).toMatchObject({
      reason: "STREAM_NOT_FOUND",
    });
  });

  test("shows how to redact a field", async () => {
    const details = pages.take("docs/server.md", "debug_redact = true");
    const head = 'syntax = "proto3"; package pay.v1; import "richerrors/v1/annotations.proto";';
    const values =
      "PAY_UNSPECIFIED = 0; PAYMENT_REFUSED = 1 [(richerrors.v1.error) = {status_code: ABORTED has_details: true}];";
    const generated = await generatedModules({ "pay.proto": `${head} enum PayError { ${values} } ${details}` });
    const { catalog, PaymentRefusedError } = await import(/* @vite-ignore */ join(generated, "pay.rich.ts"));
    const { interceptor } = await imported(
      `import { richErrorServerInterceptor } from "grpc-rich-errors";
       const isSupportEngineer = ([token]) => token === "support";
       export const interceptor = ${pages.take("docs/server.md", "sendRedacted: (").replace(";", "")}`,
    );
    const fail = () => {
      throw new PaymentRefusedError({ payment: "p-7", cardNumber: "4111" });
    };
    const client = richErrorClientOptions({ catalogs: [catalog] });
    const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor], client });
    const metadata = new Metadata();
    metadata.set("authorization", "support");
    const left = (await callOn(shapes, "unary")).error as RichError;
    const sent = (await callOn(shapes, "unary", { metadata })).error as RichError;
    expect([left.detail, sent.detail]).toEqual([
      { payment: "p-7", cardNumber: "" },
      { payment: "p-7", cardNumber: "4111" },
    ]);
    expect(sent.toJSON().detail).toEqual({ payment: "p-7", cardNumber: "[redacted]" });
  });

  test("shows how to redact facts", async () => {
    await imported(pages.take("docs/server.md", "redactInfo(["));
    const error = new RichError(5, "x", {
      reason: "R",
      domain: "d.com",
      info: { account: "a-7", user_id: "u-7", door: "north" },
    });
    expect(error.toJSON().errorDetails).toMatchObject([
      { metadata: { account: "[redacted]", user_id: "[redacted]", door: "north" } },
    ]);
    expect({ ...root.unpack(pack(error)).info?.metadata }).toEqual({ door: "north" });
  });

  test("shows how to send an error as JSON", async () => {
    const { receive } = await imported(pages.take("docs/client.md", "fromJson(json"));
    const error = new InflightDuplicateWriteError({ clientId: "c-1", clientSequence: 7n });
    expect(receive(JSON.parse(JSON.stringify(error)))).toBeInstanceOf(InflightDuplicateWriteError);
  });

  test("shows how to call another server", async () => {
    const { getOrder } = await imported(
      `import { upstream } from "grpc-rich-errors";
       const inventory = { getStock: (request, options) => [request, options] };
       export ${pages.take("docs/server.md", "upstream(call)")}`,
    );
    const shapes = await startShapes({
      unary: async (call) => {
        const [request, { deadline, signal }] = await getOrder(Object.assign(call, { request: { sku: "s-1" } }));
        expect(request).toEqual({ sku: "s-1" });
        expect([deadline, signal.aborted]).toEqual([call.getDeadline(), false]);
        return { index: 7 };
      },
    });
    expect(await callOn(shapes, "unary")).toEqual({ messages: [7], error: undefined });
  });

  test("shows how to drain a server", async () => {
    const { stopOn } = await imported(
      `import { drain } from "grpc-rich-errors";
       export function stopOn(process, server) {
         ${pages.take("docs/server.md", "SIGTERM")}
       }`,
    );
    const server = new Server({ interceptors: [richErrorServerInterceptor()] });
    const drained = await new Promise((resolve) =>
      stopOn({ once: (_: string, stop: () => void) => resolve(stop()) }, server),
    );
    expect(drained).toEqual({ refused: 0, cutOff: 0, forced: false });
  });

  test("shows how to handle the errors of a union", async () => {
    const { explain } = await imported(
      `import { RichError } from "grpc-rich-errors";
       import { StreamsError } from "grpc-rich-errors/catalogs/kurrentdb";
       export ${pages.take("docs/client.md", "function explain")}`,
    );
    const conflict = new StreamRevisionConflictError({ stream: "x", expectedRevision: 5n, actualRevision: 7n });
    expect(explain(conflict)).toBe("is at 7, not at 5");
    expect(explain(new StreamNotFoundError({ stream: "x" }))).toBe("there is no stream x");
    expect(explain({ code: status.UNAVAILABLE, details: "gone" })).toBe("gone");
  });

  test("shows how to describe a number", async () => {
    const { describe } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/eventlog";
       export ${pages.take("docs/client.md", "function describe")}`,
    );
    expect(describe(2003)).toBe("The aggregate is not at the version that the writer expected.");
    expect(describe(2050)).toBe("unknown, in the category Write and request");
  });

  test("shows how to handle failures without a response", async () => {
    const { advise } = await imported(
      `import * as hapnd from "grpc-rich-errors/catalogs/hapnd";
       const { HapndApiError, HapndCircuitOpenError, HapndError, HapndNetworkError } = hapnd;
       export ${pages.take("docs/client.md", "function advise")}`,
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
    const { afterAppend } = await imported(
      `import { isErrorOf } from "grpc-rich-errors";
       import { EventsContract as events } from "../../../examples/hapnd-sdk/gen/hapnd/events/v1/events.rich.js";
       export ${pages.take("docs/client.md", "function afterAppend").replace(/^.*\n/, "")}`,
    );
    const violations = [{ field: "events", description: "must not be empty" }];
    expect(afterAppend(new HapndConcurrencyError({ expectedVersion: 5n, actualVersion: 7n }))).toBe("append at 7");
    expect(afterAppend(new HapndValidationError({ violations }))).toBe("correct events");
    expect(() => afterAppend(new ReducerNotReadyError())).toThrow(ReducerNotReadyError);
  });

  describe("on testing", () => {
    const TESTING = "docs/testing.md";
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
      const [registers, ...asserts] = pages.take(TESTING, "grpc-rich-errors/vitest").split("\n");
      const { first, matchers } = await imported(
        `${registers}
         ${SERVICE}
         export async function first(streams) { ${asserts.join("\n")} }
         export async function matchers(streams, error) { ${pages.take(TESTING, "toHaveReason(")} }`,
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
      const { check } = await imported(
        `${SERVICE}
         // In place of the one of test/setup.ts, which accepts only instances.
         expect.extend({ toBeRichError: testing.toBeRichError });
         export async function check(error, url, fetch, call, trailerInBase64) { ${pages.take(TESTING, "await fetch(url)")} }`,
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
      const { check } = await imported(
        `${SERVICE}
         export async function check(streams, caught, status) { ${pages.take(TESTING, "assertRejectsWithRichError(")} }`,
      );
      const error = new StreamNotFoundError({ stream: "x" });
      await check(reject(error), error, packError(error));
      await expect(check(reject(error), new Error("no"), packError(error))).rejects.toThrow(
        /which is not a gRPC error/,
      );
    });

    test("shows how to start a server", async () => {
      const { check, StreamsService } = await imported(
        `${SERVICE}
         export async function check() { ${pages.take(TESTING, "await testServer(\n")} }`,
      );
      expect(StreamsService.read.path).toBe("/streams.v1.Streams/Read");
      await check();
    });

    test("shows how to fail calls", async () => {
      const { open, StreamsClient, promises } = await imported(
        `${SERVICE}
         export { promises } from "grpc-rich-errors";
         export function open(address) { ${pages.take(TESTING, "failing([")} return { faults, client, server }; }`,
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
      const { check } = await imported(
        `${SERVICE}
         export async function check() {
           const { server, promises } = await testServer(StreamsService, { read: database });
           const streams = promises(StreamsClient);
           ${pages.take(TESTING, "recordErrors(server)")}
         }`,
      );
      await check();
    });

    test("shows the snapshot of an error", async () => {
      const serialized = /`\n([\s\S]*)\n`/.exec(pages.take(TESTING, "toMatchInlineSnapshot("))?.[1];
      const text = richErrorSerializer.serialize(new StreamNotFoundError({ stream: "x" }), {}, "");
      expect(flat(serialized ?? "")).toBe(flat(text));
    });

    test("shows failures as they are", async () => {
      const shown = await readFile(join(ROOT, "test/package/failure-output.txt"), "utf8");
      const [head = "", ...lines] =
        pages
          .on(TESTING)
          .find(({ code }) => code.startsWith("expected a"))
          ?.code.split("\n") ?? [];
      expect(shown).toContain(head.replace(/…$/, ""));
      expect(shown).toContain(lines.join("\n"));
      const faults = failing([
        { method: "Raed", error: new ServerOverloadedError(), nth: 1 },
        { error: new ServerOverloadedError() },
      ]);
      for (let call = 0; call < 3; call++) {
        faults.client({ method_definition: { path: "/streams.v1.Streams/Read" } } as never, () => ({}) as never);
      }
      const text = pages.on(TESTING).find(({ code }) => code.startsWith("failing: "))?.code ?? "";
      expect(() => faults.verify()).toThrow(new Error(text.trimEnd()));
    });
  });

  test("shows how to write and read errors over HTTP", async () => {
    const { use, call } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       import { fromHttp, toHttp } from "grpc-rich-errors/http";
       export function use(app) { ${pages.take("docs/http.md", "toHttp(")} }
       export async function call(url) { ${pages.take("docs/http.md", "fromHttp(")} }`,
    );
    const app = express().get("/", () => {
      throw new StreamNotFoundError({ stream: "x" });
    });
    use(app);
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(call(url)).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
  });

  test("shows how to fail in a generator", async () => {
    const { handlers } = await imported(
      `import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       ${pages.take("docs/server.md", "async *serverStream")}
       export { handlers };`,
    );
    const shapes = await startShapes(handlers, { client: richErrorClientOptions({ catalogs: [kurrentdb] }) });
    const seen = await callOn(shapes, "serverStream");
    expect(seen.messages).toEqual([0]);
    expect(seen.error).toBeRichError(StreamNotFoundError, { stream: "" });
  });

  test("shows how to pass statuses that handlers pack by hand", async () => {
    const { interceptor } = await imported(
      `import { richErrorServerInterceptor } from "grpc-rich-errors";
       export const interceptor = ${pages.take("docs/server.md", "passStatusMetadata: true")}`,
    );
    const metadata = new Metadata();
    metadata.set("x-hint", "7");
    const fail = () => Promise.reject({ code: 9, details: "later", metadata });
    const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
    const error = RichError.from((await callOn(shapes, "unary")).error);
    expect([error.code, error.metadata?.get("x-hint")]).toEqual([9, ["7"]]);
  });

  test("shows how to count and log failures", async () => {
    const { interceptor, counts } = await imported(
      `import { codeName, richErrorServerInterceptor } from "grpc-rich-errors";
       ${pages.take("docs/operating.md", "onError: (")}
       export { interceptor, counts };`,
    );
    const fail = () => {
      throw new StreamNotFoundError({ stream: "x" });
    };
    const shapes = await startShapes({ unary: fail }, { onlyInterceptors: [interceptor] });
    await callOn(shapes, "unary");
    await callOn(shapes, "unary");
    await expect.poll(() => [...counts]).toEqual([["/shapes.v1.Shapes/Unary NOT_FOUND STREAM_NOT_FOUND", 2]]);
  });

  test("shows how to measure and trace calls", async () => {
    const { interceptor, options, recovering } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/kurrent";
       ${pages.take("docs/operating.md", "serverTelemetry()")}
       export { interceptor, options, recovering };`,
    );
    const { client } = await startShapes({}, { onlyInterceptors: [interceptor], client: options });
    expect(await promises(client, { recovery: recovering }).unary(request())).toEqual({ index: 0 });
  });

  test("shows how to log with pino, and the line", async () => {
    const code = pages.take("docs/logging.md", "pinoSerializers(").replace(") });", ") }, stream);");
    const { lines } = await imported(
      `${STREAM_ERROR}
       const lines = [];
       const stream = { write: (line) => lines.push(line) };
       ${code}
       export { lines };`,
    );
    const { time: _, pid: __, hostname: ___, ...line } = JSON.parse(lines[0]);
    expect(line).toEqual(JSON.parse(pages.take("docs/logging.md", '"level": 50')));
  });

  test("shows how to log with winston", async () => {
    const { lines } = await imported(
      `import { Writable } from "node:stream";
       import { transports as all } from "winston";
       ${STREAM_ERROR}
       const lines = [];
       const stream = new Writable({ write(chunk, _, done) { lines.push(JSON.parse(chunk)); done(); } });
       const transports = [new all.Stream({ stream })];
       ${pages.take("docs/logging.md", "winstonFormat(),")}
       export { lines };`,
    );
    const { type: _, ...err } = JSON.parse(pages.take("docs/logging.md", '"level": 50')).err;
    expect(lines).toEqual([
      { level: "error", message: "order not placed", err },
      { level: "error", message: err.message, err },
    ]);
  });

  test("shows how to log elsewhere, and what onError gets", async () => {
    const { lines, interceptor } = await imported(
      `import { richErrorServerInterceptor } from "grpc-rich-errors";
       import { serializeCall, serializeError } from "grpc-rich-errors/logging";
       ${STREAM_ERROR}
       const lines = [];
       const console = { error: (line) => lines.push(JSON.parse(line)) };
       const logger = { error: (line) => lines.push(line) };
       ${pages.take("docs/logging.md", "JSON.stringify({ level")}
       ${pages.take("docs/logging.md", "serializeCall(call")}
       export { lines, interceptor };`,
    );
    const shapes = await startShapes(
      { unary: () => Promise.reject(new TypeError("x")) },
      { onlyInterceptors: [interceptor] },
    );
    await callOn(shapes, "unary");
    await expect.poll(() => lines).toHaveLength(2);
    expect(lines).toMatchObject([
      { level: "error", err: { reason: "STREAM_NOT_FOUND", stack: expect.any(String) } },
      { method: "/shapes.v1.Shapes/Unary", masked: true, err: { name: "TypeError", stack: expect.any(String) } },
    ]);
  });

  test("shows how to report to Sentry", async () => {
    const { given, error } = await imported(
      `import { richErrorIntegration } from "grpc-rich-errors/sentry";
       ${STREAM_ERROR}
       const dsn = "";
       let given;
       const Sentry = { init: (options) => { given = options; } };
       ${pages.take("docs/logging.md", "Sentry.init(")}
       export { given, error };`,
    );
    expect(given.integrations[0].processEvent({}, { originalException: error })).toBeNull();
  });

  test("shows the result of a tool that fails", async () => {
    const { result, outputSchema } = await imported(
      `import { toolErrorSchema, toToolResult } from "grpc-rich-errors/mcp";
       import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       import { z } from "zod";
       ${STREAM_ERROR}
       ${pages.take("docs/logging.md", "toolErrorSchema).optional()")}
       const inputSchema = {};
       const logger = { error: () => {} };
       const orders = { placeOrder: () => Promise.reject(error) };
       let tool;
       const server = { registerTool: (name, schemas, handler) => { tool = handler; } };
       ${pages.take("docs/logging.md", "server.registerTool(")}
       export const result = await tool({});
       export { outputSchema };`,
    );
    expect(pages.text("docs/logging.md")).toContain(`\`\`\`\n${result.content[0].text}\n\`\`\``);
    expect(outputSchema.safeParse(result.structuredContent).success).toBe(true);
  });

  test("shows how to call with promises", async () => {
    const { call } = await imported(
      `import { promises as view } from "grpc-rich-errors";
       export async function call(client) {
         const promises = (given) => ({ placeOrder: ({ quantity }, options) => view(given).unary({ scenario: "", before: quantity }, options) });
         ${pages.take("docs/client.md", "promises(client);")}
         return order;
       }`,
    );
    const shapes = await startShapes({ unary: ({ request: { before } }) => ({ index: before }) });
    expect(await call(shapes.client)).toEqual({ index: 1 });
  });

  test("shows how calls recover", async () => {
    const { views } = await imported(
      `import { promises } from "grpc-rich-errors";
       ${pages.take("docs/recovery.md", "import { recovery }").replace("const orders", "export const views = (client) => { const orders")}
       ${pages.take("docs/recovery.md", "const byMethod")}
       const fromReadme = () => { ${pages.take(README, "recovery.declared")} return orders; };
       return [orders, byMethod, fromReadme()]; };`,
    );
    // The service of the example has one method, of the same shape.
    const service = { placeOrder: ShapesService.unary };
    const busy = new ServerBusyError({ shard: 1 }, { retryDelay: 60_000 });
    const server = new Server();
    server.addService(service, { placeOrder: (_: unknown, callback: (error: Error) => void) => callback(busy) });
    const OrderServiceClient = makeGenericClientConstructor(service, "OrderService");
    const options = richErrorClientOptions({ catalogs: [eventlog] });
    const client = new OrderServiceClient(`127.0.0.1:${await listen(server)}`, credentials.createInsecure(), options);
    onTestFinished(() => {
      client.close();
      server.forceShutdown();
    });
    for (const view of views(client)) {
      const deadline = Date.now() + 30_000;
      const error: unknown = await view.placeOrder(request(), { deadline }).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(ServerBusyError);
      expect(reportOf(error)).toMatchObject({ stopped: "deadline", attempts: [{ number: 1 }] });
    }
  });

  test("shows how to repeat a write with a key", async () => {
    const { appendWith } = await imported(
      `import { recovery } from "grpc-rich-errors/recovery";
       export function appendWith(log) { ${pages.take("docs/recovery.md", "recovery.keyed(").replace(": Append", "")} return append; }`,
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
    const { clusterOf } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/eventlog";
       ${pages
         .take("docs/recovery.md", "cluster(EventLogClient")
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
          ${pages.take("docs/recovery.md", "redirect_to")}
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
    const { read, report } = await imported(
      `import { codeName } from "grpc-rich-errors";
       import { toHttp } from "grpc-rich-errors/http";
import { recover, recovery, reportOf } from "grpc-rich-errors/recovery";
import { failing, richErrorSerializer } from "grpc-rich-errors/testing";
       export async function read(fetchPage, url, signal) { ${pages.take("docs/recovery.md", "await recover(")} return page; }
       export ${pages.take("docs/recovery.md", "function report")}`,
    );
    const refused = () =>
      Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
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
    const { guarded } = await imported(
      `import { bulkhead, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
       import { RichError } from "grpc-rich-errors";
       import { catalog } from "grpc-rich-errors/catalogs/hapnd";
       import { recover, recovery as kinds } from "grpc-rich-errors/recovery";
       const recovery = { declared: kinds.declared.with({ backOffDelay: 1 }) };
       export function guarded(orders, address) {
         ${pages.take("docs/recovery.md", "const isFailedCall")}
         return async (request, deadline) => { ${pages.take("docs/recovery.md", "const limit")} return placed; };
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

  test("shows how to read statuses inside responses", async () => {
    const { read } = await imported(
      `import { fromStatus } from "grpc-rich-errors";
       import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       export function read(response) { ${pages.take("docs/client.md", "fromStatus(")} return failures; }`,
    );
    const response = { results: [{ status: toStatus(new StreamNotFoundError({ stream: "x" })) }] };
    const [failure] = read(response);
    expect(failure).toBeRichError(StreamNotFoundError, { stream: "x" });
  });

  test("shows how a reflection service learns the types of errors", async () => {
    const { addReflection } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/hapnd";
       ${pages
         .take("docs/server.md", "errorReflection")
         .replace("const services", "export const addReflection = (server) => {\nconst services")
         .replace('includeDirs: ["proto"]', 'includeDirs: ["examples/orders/proto", "proto"]')}
       }`,
    );
    const added: string[] = [];
    addReflection({ addService: (service: object) => added.push(...Object.keys(service)) });
    expect(added).toEqual(["ServerReflectionInfo", "ServerReflectionInfo"]);
  });

  test("shows a contract that the generator accepts", async () => {
    const proto = pages.take("docs/server.md", "service Events");
    await mkdir(join(folder, "proto"));
    await writeFile(join(folder, "proto/events.proto"), proto);
    await writeFile(
      join(folder, "buf.gen.yaml"),
      pages
        .take("docs/command-line.md", "protoc-gen-rich-errors")
        .replace("- local: protoc-gen-rich-errors", `- local: [node, ${join(ROOT, "dist/esm/src/plugin/bin.js")}]`),
    );
    await writeFile(join(folder, "buf.yaml"), JSON.stringify({ version: "v2", modules: [{ path: "proto" }] }));
    const workspace = { version: "v2", modules: [{ path: relative(ROOT, join(folder, "proto")) }, { path: "proto" }] };
    await runTool(
      "buf",
      [
        "generate",
        "--config",
        JSON.stringify(workspace),
        "--template",
        join(folder, "buf.gen.yaml"),
        "--output",
        folder,
        "--path",
        relative(ROOT, join(folder, "proto/events.proto")),
      ],
      ROOT,
    );
    const generated = await readFile(join(folder, "gen/events.rich.ts"), "utf8");
    expect(generated).toContain("export const EventsContract");
    expect(generated).toContain('from "grpc-rich-errors/catalogs/hapnd"');
  });

  test.each([
    ["ResultCode", ["TopicNotFoundError", "InvalidRoleError", "UnknownResultError"]],
    ["message Upload", ["TooLargeError", "DownloadTooLargeError"]],
    ["NotLeader not_leader", ["NotLeaderError"]],
  ])("shows how to annotate other published enums: %s", async (containing, classes) => {
    const block = pages.take("docs/published-enums.md", containing);
    const head = 'syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";';
    const generated = await moduleOf(`${head}\n${block}`);
    expect([...generated.matchAll(/^export const (\w+Error):/gm)].map(([, name]) => name)).toEqual(classes);
  });

  test("shows options of ts-proto that both generators accept", async () => {
    const out = join(folder, "ts-proto");
    await mkdir(out);
    const template = join(out, "buf.gen.yaml");
    await writeFile(
      template,
      pages
        .take("docs/ts-proto.md", "protoc-gen-ts_proto")
        .replace("- local: protoc-gen-rich-errors", `- local: [node, ${join(ROOT, "dist/esm/src/plugin/bin.js")}]`),
    );
    const args = ["--config", ORDERS, "--path", "examples/orders/proto/shop", "--template", template, "--output", out];
    await runTool("buf", ["generate", ...args], ROOT);
    const generated = await readFile(join(out, "gen/shop/v1/errors.rich.ts"), "utf8");
    expect(generated).toContain('"message":"order {order_id} breaks rule {rule}"');
    expect(await readFile(join(out, "gen/shop/v1/errors.ts"), "utf8")).toContain("order_id: string;");
  });

  test("shows how to use the messages of protobuf-es", async () => {
    const page = "docs/protobuf-es.md";
    const out = join(folder, "protobuf-es");
    await mkdir(out);
    const template = join(out, "buf.gen.yaml");
    const plugin = `- local: [node, ${join(ROOT, "dist/esm/src/plugin/bin.js")}]`;
    await writeFile(template, pages.take(page, "protoc-gen-es").replace("- local: protoc-gen-rich-errors", plugin));
    const args = ["--config", ORDERS, "--path", "examples/orders/proto/shop", "--template", template, "--output", out];
    await runTool("buf", ["generate", ...args], ROOT);
    const here = (code: string) => code.replaceAll('"./gen/', '"./protobuf-es/gen/');

    const logged: unknown[] = [];
    const head = 'import { OrderRejectedError } from "./protobuf-es/gen/shop/v1/errors.rich.js";';
    const run = "export function run(console) {";
    const { run: construct } = await imported(
      `${head}\n${run}${pages.take(page, "new OrderRejectedError({ orderId: ")}}`,
    );
    construct({ log: (...values: unknown[]) => logged.push(values.join(" ")) });
    expect(logged).toEqual(["order o-7 breaks rule 0", "shop.v1.OrderRejectedErrorDetails 0"]);

    const { server } = await imported(
      `${here(pages.take(page, "protobufEsService(OrderService)"))}\nexport { server };`,
    );
    onTestFinished(() => server.forceShutdown());
    const address = JSON.stringify(`127.0.0.1:${await listen(server)}`);
    const { said } = await imported(
      `const said = []; const console = { log: (text) => said.push(text) }; const address = ${address};
       ${here(pages.take(page, "protobufEsClient(OrderService)"))}
       client.close();
       export { said };`,
    );
    expect(said).toEqual([7n]);
  });

  test("shows how to make a catalog from a descriptor set", async () => {
    const image = join(folder, "errors.binpb");
    await runTool("buf", ["build", "--config", ORDERS, "-o", image], ROOT);
    const { OrderRejectedError } = await imported(
      `import { readFileSync } from "node:fs";
       import { catalogFromDescriptorSet } from "grpc-rich-errors/protobuf-es";
       ${pages.take("docs/runtime-catalogs.md", "catalogFromDescriptorSet(").replace('"errors.binpb"', JSON.stringify(image))}
       export { OrderRejectedError };`,
    );
    expect(new OrderRejectedError({ orderId: "o-7", rule: 7n }).message).toBe("order o-7 breaks rule 7");
  });

  test("shows how an API refers to the components of its errors", async () => {
    const { responses } = parse(pages.take("docs/reference.md", "responses:"));
    const stdin = await imageOf({
      "shop.proto": `syntax = "proto3"; package shop.v1; import "richerrors/v1/annotations.proto";
        enum OrderError {
          ORDER_ERROR_UNSPECIFIED = 0;
          ORDER_ERROR_ORDER_NOT_FOUND = 1 [(richerrors.v1.error) = {status_code: NOT_FOUND}];
        }
        message Order {}
        service Orders {
          rpc PlaceOrder(Order) returns (Order) { option (richerrors.v1.errors) = {error: "ORDER_ERROR_ORDER_NOT_FOUND"}; }
        }`,
    });
    const { components } = JSON.parse((await run(["docs", "-", "--format", "openapi"], { stdin })).out);
    const [, , kind = "", name = ""] = String(responses["404"].$ref).split("/");
    expect(Object.keys(components[kind])).toContain(name);
  });

  test("shows a NestJS microservice, its client and its gateway", async () => {
    const url = await refusing();
    const { app, GatewayModule, connect, loaded } = await imported(
      `import { loadSync } from "grpc-rich-errors/proto-loader";
       ${nestProgram((containing) => pages.take("docs/nestjs.md", containing), url)}`,
    );
    await app.listen();
    const gateway = await NestFactory.create(GatewayModule, { logger: false });
    await gateway.listen(0, "127.0.0.1");
    onTestFinished(async () => {
      await gateway.close();
      await app.close();
    });
    const get = async (path: string) => (await fetch(`${await gateway.getUrl()}/${path}`)).json();
    expect(await get("changes/o-7")).toMatchObject({ status: 404, reason: "ORDER_NOT_FOUND", orderId: "o-7" });
    expect(await get("state/o-7")).toEqual({ state: "unknown order o-7" });
    expect(await get("validated")).toMatchObject({
      reason: "REQUEST_INVALID",
      details: [{ fieldViolations: [{ field: "name" }] }],
    });
    expect(loaded.server.options.package).toBe("shop.v1");
    expect(new loaded.OrderNotFoundError({ orderId: "o-7" }).message).toBe("there is no order o-7");
    const connected: unknown[] = [];
    connect({ connectMicroservice: (...args: unknown[]) => connected.push(...args) });
    expect(connected).toMatchObject([{ options: { url } }, { inheritAppConfig: true }]);
  });

  test("shows servers and clients of nice-grpc and of Connect", async () => {
    const page = "docs/neighbors.md";
    const nice = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       import { richErrorClientMiddleware, richErrorServerMiddleware } from "grpc-rich-errors/nice-grpc";
       import { createChannel, createClientFactory, createServer } from "nice-grpc";
       ${pages.take(page, "richErrorServerMiddleware(")}
       export { clients, createChannel, server };`,
    );
    const fail = () => {
      throw new StreamNotFoundError({ stream: "x" });
    };
    nice.server.add(ShapesService, { unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
    const address = `127.0.0.1:${await nice.server.listen("127.0.0.1:0")}`;
    const channel = nice.createChannel(address);
    onTestFinished(() => {
      channel.close();
      nice.server.forceShutdown();
    });
    const calling = nice.clients.create(ShapesService, channel);
    await expect(calling.unary(request())).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });

    const connect = await imported(
      `import { createServer } from "node:http2";
       import { createClient } from "@connectrpc/connect";
       import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
       import { catalog, StreamNotFoundError as OrderNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       import { fromConnectError, richErrorConnectInterceptor, richErrorTransport, toConnectError } from "grpc-rich-errors/connect";
       import { Shapes as OrderService } from "../../../bench/gen/shapes/v1/shapes_pb.js";
       export function start(baseUrl, routes) { ${pages.take(page, "richErrorConnectInterceptor(")} return { server, orders }; }
       export async function convert(orders, orderId) { ${pages.take(page, "fromConnectError(")} }`,
    );
    const { orders } = connect.start(`http://${address}`, () => {});
    await expect(orders.unary({})).rejects.toBeRichError(StreamNotFoundError, { stream: "x" });
    const getOrder = () => Promise.reject(toConnectError(new StreamNotFoundError({ stream: "x" })));
    await expect(connect.convert({ getOrder }, "x")).rejects.toMatchObject({ name: "ConnectError", code: 5 });
  });

  test("shows the error handlers of Express and Fastify", async () => {
    const page = "docs/neighbors.md";
    const { useExpress, useFastify } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       import { richErrorHandler } from "grpc-rich-errors/express";
       import { richErrorHandler as ofFastify } from "grpc-rich-errors/fastify";
       export function useExpress(app) { ${pages.take(page, "app.use(richErrorHandler")} }
       export function useFastify(app) { { const richErrorHandler = ofFastify; ${pages.take(page, "app.setErrorHandler(")} } }`,
    );
    const fail = () => {
      throw new StreamNotFoundError({ stream: "x" });
    };
    const app = express().get("/", fail);
    useExpress(app);
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const other = fastify().get("/", fail);
    useFastify(other);
    onTestFinished(async () => {
      server.close();
      await other.close();
    });
    const urls = [
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      await other.listen({ host: "127.0.0.1", port: 0 }),
    ];
    for (const url of urls) expect(await (await fetch(url)).text()).toContain("STREAM_NOT_FOUND");
  });

  test("shows how Fastify ends a broken stream over HTTP/2", async () => {
    const { useHook } = await imported(
      `import { constants } from "node:http2";
       import { Readable } from "node:stream";
       export function useHook(app) { ${pages.take("docs/neighbors.md", "app.addHook(")} }`,
    );
    const app = fastify({ http2: true });
    useHook(app);
    app.get("/", async () =>
      Readable.from(
        (async function* () {
          yield "half of";
          throw new Error("no more");
        })(),
      ),
    );
    const session = http2.connect(await app.listen({ host: "127.0.0.1", port: 0 }));
    const response = session.request({ ":path": "/" }).resume();
    response.on("error", () => {});
    // Not `once` of node:events, which would reject with the error.
    await new Promise<void>((resolve) => void response.on("close", resolve));
    expect(response.rstCode).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
    session.destroy();
    await app.close();
  });

  test("shows how to read an error of grpc-web", async () => {
    const { get } = await imported(
      `import { catalog } from "grpc-rich-errors/catalogs/kurrentdb";
       import { fromRpcError } from "grpc-rich-errors/grpc-web";
       export function get(orders, request, show) { ${pages.take("docs/neighbors.md", "fromRpcError(")} }`,
    );
    const error = new StreamNotFoundError({ stream: "x" });
    const metadata = { "grpc-status-details-bin": Buffer.from(pack(error)).toString("base64") };
    const shown: unknown[] = [];
    const getOrder = (...[, , callback]: [unknown, unknown, (error: object) => void]) =>
      callback({ code: error.code, message: error.message, metadata });
    get({ getOrder }, {}, (received: unknown) => shown.push(received));
    expect(shown).toEqual([expect.any(StreamNotFoundError)]);
  });

  test("shows how to pack a detail of protobufjs", async () => {
    const { error, codec } = await imported(
      `import protobufjs from "protobufjs";
       const { root } = protobufjs.parse("syntax = 'proto3'; package shop.v1; message Note { string text = 1; }");
       const console = { log: () => {} };
       ${pages.take("docs/runtime-catalogs.md", "protobufjsCodec(")}
       export { error, codec };`,
    );
    expect(error.findDetail(codec)).toEqual({ text: "look at the log" });
  });

  test("shows how to refuse wrong details in tests", async () => {
    const { wrong, configure } = await imported(
      `${pages.take("docs/testing.md", "strictDetails: true")}
       import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       export const wrong = () => new StreamNotFoundError({ straem: "x" });
       export { configure };`,
    );
    expect(wrong).toThrow(/ the field straem is unknown; its value "x" is left out; write "stream"$/);
    configure({ strictDetails: false });
    expect(wrong).not.toThrow();
  });

  test("shows how to unpack trailers", async () => {
    const { check } = await imported(
      `import { expect } from "vitest";
       import { pack, unpack } from "grpc-rich-errors";
       import { unpackTrailer } from "grpc-rich-errors/testing";
       import { catalog, StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
       export function check(status) {
         ${pages.take("docs/testing.md", "unpackTrailer(")}
         ${pages.take("docs/testing.md", "unpack(pack(")}
         return [error, received];
       }`,
    );
    const [error, received] = check(packError(new StreamNotFoundError({ stream: "x" })));
    expect([error.reason, received.detail]).toEqual(["STREAM_NOT_FOUND", { stream: "x" }]);
  });

  test("shows the status of the example as it is on the wire", async () => {
    const image = join(folder, "orders.binpb");
    await runTool("buf", ["build", "--config", ORDERS, "-o", image], ROOT);
    const catalog = catalogFromDescriptorSet(await readFile(image));
    const errorDetails = new StandardDetails()
      .addFieldViolation("quantity", "must be at least 1")
      .addFieldViolation("address", "must not be empty")
      .setDebugInfo("rule 7 of the warehouse");
    const OrderRejectedError = catalog.byReason("shop.v1", "ORDER_REJECTED");
    const error =
      OrderRejectedError && new OrderRejectedError({ orderId: "o-7", rule: 7n }, { retryDelay: 1500, errorDetails });
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, await readFile(image)));
    const schema = registry.getMessage("google.rpc.Status");
    if (!error || !schema) throw new Error("the image lacks the error or google.rpc.Status");
    const shown = JSON.parse(pages.take("docs/wire-format.md", '"code": 3'));
    expect(toJson(schema, fromBinary(schema, pack(error)), { registry })).toEqual(shown);
  });

  test("shows how to ignore a rule, and how to lint in buf and in GitHub Actions", async () => {
    const proto = `${HEAD}\n${pages.take("docs/linting.md", "buf:lint:ignore")}`;
    const lint = async (text: string) => run(["lint", "-"], { stdin: await imageOf({ "shop.proto": text }, "buf") });
    expect(await lint(proto)).toEqual({ code: 0, out: "", err: "" });
    const rules = ["RICH_ERRORS_DOMAIN_QUALIFIED", "RICH_ERRORS_HTTP_STATUS_CODE"];
    const { out } = await lint(proto.replaceAll("buf:lint:ignore", "ignore"));
    expect([...out.matchAll(/\((RICH_ERRORS_\w+)\)$/gm)].map(([, rule]) => rule)).toEqual(rules);
    // consumer.test.ts runs buf with it.
    expect(parse(pages.take("docs/linting.md", "plugin: buf-plugin-rich-errors"))).toHaveProperty("lint.use");
    const { jobs } = parse(pages.take("docs/linting.md", "runs-on:"));
    const [command = "", ...args] = jobs.lint.steps.at(-1).run.replace("npx rich-errors ", "").split(" ");
    expect(await run([command, ...args], { cwd: ROOT })).toEqual({ code: 0, out: "", err: "" });
  });

  test("shows how to find breaking changes in buf and in GitHub Actions", async () => {
    // breaking-changes.test.ts runs the plugin in buf.
    const { breaking } = parse(pages.take("docs/breaking-changes.md", "plugin: buf-plugin-rich-errors"));
    const groups = Object.keys(BREAKING_GROUPS).filter((group) => group !== "RICH_ERRORS_HUMANS");
    expect(breaking.use).toEqual(["FILE", ...groups]);
    const { jobs } = parse(pages.take("docs/breaking-changes.md", "runs-on:"));
    const command = jobs.breaking.steps.at(-1).run.replace("npx rich-errors ", "").replace("origin/main", "HEAD");
    expect(await run(command.split(" "), { cwd: ROOT })).toMatchObject({ err: "" });
    // The finding that the page shows, of a change of the example.
    const example = "examples/orders/proto";
    const path = "shop/v1/errors.proto";
    const proto = await readFile(join(ROOT, example, path), "utf8");
    const changed = proto.replace("status_code: INVALID_ARGUMENT", "status_code: FAILED_PRECONDITION");
    const next = join(folder, "proto");
    await mkdir(join(next, "shop/v1"), { recursive: true });
    await writeFile(join(next, path), changed);
    const { out } = await run(["breaking", "proto", "--against", join(ROOT, example)], { cwd: folder });
    expect(pages.text("docs/breaking-changes.md")).toContain(out);
  });

  test("has only commands that exist", async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const integration = await readFile(join(ROOT, ".ci/run"), "utf8");
    const install = pages.take(README, "npm install");
    expect(pages.on(GETTING_STARTED).map(({ code }) => code)).toContain(install);
    const unknown: string[] = [];
    for (const { page, language, code } of pages.snippets) {
      if (language !== "sh" || code === install || !(page === README || page === "CONTRIBUTING.md")) continue;
      pages.take(page, code);
      for (const line of flat(code).split("\n")) {
        const [, script, file] =
          /^(?:npm run ([\w:]+) -- .*|(?:UPDATE_DOCS=1 )?npx vitest run (\S+))$/.exec(line) ?? [];
        const isKnown = script ? script in scripts : file ? existsSync(join(ROOT, file)) : RELEASING.has(line);
        if (!isKnown && !integration.includes(line)) unknown.push(`${page}: ${line}`);
      }
    }
    for (const [, script = ""] of pages.text("CONTRIBUTING.md").matchAll(/`npm run ([\w:]+)`/g)) {
      if (!(script in scripts)) unknown.push(`npm run ${script}`);
    }
    expect(unknown).toEqual([]);
  });

  test("shows how tests record which errors they cover, and how to report it", async () => {
    const page = "docs/error-coverage.md";
    const { default: config } = await imported(pages.take(page, "defineConfig("));
    const { scripts, jest } = JSON.parse(pages.take(page, '"posttest"'));
    const shell = pages.take(page, "node --import");
    const steps: readonly { readonly run?: string }[] = parse(pages.take(page, "download-artifact"));
    const [reporter, options] = config.test.reporters[1];
    expect(() => new ErrorCoverageReporter(options)).not.toThrow();

    const entries = packageEntries().map(({ name }) => name);
    const loaded = [reporter, ...config.test.setupFiles, ...jest.setupFiles, /--import (\S+)/.exec(shell)?.[1]];
    expect(loaded.filter((name) => !entries.includes(name))).toEqual([]);

    for (const command of [scripts.posttest, flat(shell).split("\n").at(-1), steps.at(-1)?.run]) {
      const [program, ...args] = command.replace(/^npx /, "").split(" ");
      expect(program).toBe("rich-errors");
      const { code, err } = await run(args, { cwd: folder });
      expect([code, err]).toEqual([2, expect.stringContaining("has no data of tests")]);
    }
  });

  test("has no other code", () => {
    // Other tests run these as a user does: quick-start.test.ts and migrating.test.ts run whole pages, consumer.test.ts
    // the commands.
    const isRunElsewhere = (page: string) => page === GETTING_STARTED || page.startsWith(MIGRATING);
    const left = pages.left().filter(({ page, language }) => !isRunElsewhere(page) && language !== "sh");
    const commands = pages.left().filter(({ language }) => language === "sh");
    expect(left).toEqual([]);
    expect(new Set(commands.map(({ page }) => page))).toEqual(new Set([...PAGES_WITH_COMMANDS, GETTING_STARTED]));
  });
});

/** An error as the page about logs shows it. */
const STREAM_ERROR = `
  import { StreamNotFoundError } from "grpc-rich-errors/catalogs/kurrentdb";
  const cause = Object.assign(new Error("no such file"), { code: "ENOENT" });
  const error = new StreamNotFoundError({ stream: "orders-7" }, { cause });`;

/** Commands that change the outside world. */
const RELEASING: ReadonlySet<string> = new Set([
  ".ci/run",
  "npm version minor",
  "git push --follow-tags",
  "npm publish",
]);

const REPOSITORY = "https://github.com/grpc-rich-errors/grpc-rich-errors/";

/** The example's protos with the annotation. */
const ORDERS = JSON.stringify({ version: "v2", modules: [{ path: "examples/orders/proto" }, { path: "proto" }] });

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading.toLowerCase());
  return headings.map((heading) => heading.replace(/[^\w -]/g, "").replaceAll(" ", "-"));
}

function textThrownBy(run: () => void): string {
  try {
    run();
  } catch (thrown) {
    return String(thrown);
  }
  return "";
}

async function imported(source: string) {
  const path = join(folder, `snippet-${Math.random().toString(36).slice(2)}.ts`);
  await writeFile(path, source);
  return import(path);
}

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Metadata } from "@grpc/grpc-js";
import { build } from "esbuild";
import { Code, pack } from "grpc-rich-errors";
import { NotLeaderError } from "grpc-rich-errors/catalogs/eventlog";
import { richErrorConnectInterceptor } from "grpc-rich-errors/connect";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Shapes } from "../../bench/gen/shapes/v1/shapes_pb.js";
import { findChromium, startBrowser } from "../support/browser.js";
import type { SeenError } from "../support/grpc-web-page.js";
import { refusing } from "../support/half-servers.js";

// A page in headless Chromium, with the package's build for browsers, that calls a server of connect-node.

const chromium = findChromium();
if (!chromium)
  console.log("Chromium is not installed (Debian: apt-get install chromium): the tests of gRPC-Web are skipped");

const PAGE = fileURLToPath(new URL("../support/grpc-web-page.ts", import.meta.url));

const LEADER = "node-2.example:2113";

function notLeader(): NotLeaderError {
  const metadata = new Metadata();
  metadata.set("x-hint", "7");
  return new NotLeaderError({ leaderAddress: LEADER }, { metadata, retryDelay: 1500 });
}

const connect = connectNodeAdapter({
  interceptors: [richErrorConnectInterceptor()],
  routes: (router) =>
    router.service(Shapes, {
      unary: () => Promise.reject(notLeader()),
      async *serverStream() {
        yield { index: 0 };
        throw notLeader();
      },
    }),
});

/** The headers of a response that has nothing else, by the first part of the path. */
const HEADERS: Readonly<Record<string, Record<string, string>>> = {
  "trailers-only": {
    "grpc-status": String(notLeader().code),
    "grpc-message": encodeURIComponent(notLeader().message),
    "grpc-status-details-bin": Buffer.from(pack(notLeader())).toString("base64"),
    "x-hint": "7",
  },
  malformed: { "grpc-status": "5", "grpc-message": "gone", "grpc-status-details-bin": "////" },
};

describe.skipIf(!chromium)("a page", () => {
  let browser: Browser;
  let page: Page;
  let url: string;
  const server = createServer();
  const wrong: string[] = [];

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [PAGE],
      bundle: true,
      platform: "browser",
      format: "iife",
      write: false,
    });
    const script = outputFiles[0]?.text ?? "";
    expect(script).not.toContain("@grpc/grpc-js");
    server.on("request", (request, response) => respond(script, request, response)).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await startBrowser(chromium ?? "");
    page = await browser.newPage();
    page.on("pageerror", (error) => wrong.push(error.message));
    await page.goto(url);
  });

  afterAll(async () => {
    await browser?.close();
    server.close();
    expect(wrong).toEqual([]);
  });

  function respond(script: string, request: IncomingMessage, response: ServerResponse): void {
    const [, first = ""] = request.url?.split("/") ?? [];
    const headers = HEADERS[first];
    if (headers) response.writeHead(200, { "content-type": "application/grpc-web+proto", ...headers }).end();
    else if (request.method === "GET")
      response.setHeader("content-type", "text/html").end(`<script>${script}</script>`);
    else connect(request, response);
  }

  const run = (way: string, base = url): Promise<SeenError> =>
    page.evaluate(([name, from]) => (globalThis as unknown as PageGlobals).run(name, from), [way, base] as const);

  const WAYS = [
    "connect-web, gRPC-Web, unary",
    "connect-web, gRPC-Web, stream",
    "connect-web, Connect, unary",
    "connect-web, Connect, stream",
    "connect-web, gRPC-Web, fromConnectError",
    "grpc-web, callback",
    "grpc-web, promise",
    "grpc-web, status",
  ];

  const DECLARED = {
    isDeclared: true,
    leader: LEADER,
    message: notLeader().message,
    reason: "NOT_LEADER",
    retryDelay: 1500,
    origin: "SERVER",
    hint: ["7"],
    issues: [],
  };

  it("has a script for each way", async () => {
    expect(await page.evaluate(() => (globalThis as unknown as PageGlobals).ways)).toEqual(WAYS);
  });

  it.each(WAYS)("gets a declared error from trailers in the body: %s", async (way) => {
    expect(await run(way)).toMatchObject(DECLARED);
  });

  const overGrpcWeb = WAYS.filter((way) => !way.includes(", Connect,"));

  it.each(overGrpcWeb)("gets a declared error from trailers in the headers: %s", async (way) => {
    expect(await run(way, `${url}/trailers-only`)).toMatchObject(DECLARED);
  });

  it.each(overGrpcWeb)("gets an error for a malformed trailer: %s", async (way) => {
    const error = await run(way, `${url}/malformed`);
    expect(error.isRichError).toBe(true);
    // Connect does not keep the status.
    if (way.startsWith("connect")) expect(error).toMatchObject({ code: Code.DATA_LOSS });
    else
      expect(error).toMatchObject({
        code: Code.NOT_FOUND,
        message: "gone",
        issues: expect.arrayContaining(["malformed-status"]),
      });
  });

  it.each(WAYS)("knows that the server cannot be reached: %s", async (way) => {
    const error = await run(way, `http://${await refusing()}`);
    expect(error).toMatchObject({ isRichError: true, code: Code.UNAVAILABLE, origin: "TRANSPORT" });
  });
});

/** The globals of the page. */
interface PageGlobals {
  readonly run: (way: string, baseUrl: string) => Promise<SeenError>;
  readonly ways: readonly string[];
}

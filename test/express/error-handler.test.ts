import { once } from "node:events";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import express5 from "express";
import express4 from "express4";
import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { type ErrorHandlerOptions, type FailedRequest, richErrorHandler } from "grpc-rich-errors/express";
import { fromHttp, toHttp } from "grpc-rich-errors/http";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const SECRET = "hunter2";

type Handler = express5.RequestHandler;

describe.each([
  ["Express 5", express5],
  ["Express 4", express4],
])("%s", (name, express) => {
  afterEach(() => void vi.restoreAllMocks());

  /** Starts an application whose every route has one handler. */
  async function start(handler: Handler, options: ErrorHandlerOptions = {}) {
    const failed: FailedRequest[] = [];
    const app = express();
    // Express prints what it closes a connection for.
    app.set("env", "test");
    app.use(express.json({ limit: 100 }));
    app.all("/shapes/:id", handler);
    app.use(richErrorHandler({ onError: (request) => failed.push(request), ...options }));
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, failed };
  }

  const failing =
    (make: () => unknown): Handler =>
    () => {
      throw make();
    };

  async function errorOf(url: string, init?: RequestInit): Promise<RichError> {
    const response = await fetch(url, init);
    return fromHttp(response.status, response.headers, await response.text(), { catalogs: [catalog] });
  }

  it("sends a declared error", async () => {
    const { url, failed } = await start(failing(() => tooManySides({ retryDelay: 1500 })));
    const response = await fetch(`${url}/shapes/7?token=${SECRET}`);
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("retry-after")).toBe("2");
    expect(response.headers.get("vary")).toBe("Accept");
    const text = await response.text();
    expect(response.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
    expect(fromHttp(422, response.headers, text, { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
    expect(failed).toMatchObject([{ method: "GET", path: "/shapes/7", status: 422, masked: false, late: false }]);
  });

  it("sends the error of an async handler", async () => {
    const handler: Handler =
      name === "Express 5"
        ? () => Promise.reject(tooManySides())
        : (_, __, next) => void Promise.reject(tooManySides()).catch(next);
    const { url } = await start(handler);
    expect(await errorOf(`${url}/shapes/7`)).toBeRichError(TooManySidesError, SIDES);
  });

  it("masks any other error, and reports it with the id of the request", async () => {
    const { url, failed } = await start(failing(() => new Error(SECRET)));
    const response = await fetch(`${url}/shapes/7`, { headers: { "x-request-id": "r-7" } });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain(SECRET);
    expect(fromHttp(500, response.headers, text).standardDetails.requestInfo?.requestId).toBe("r-7");
    expect(failed).toMatchObject([{ masked: true, requestId: "r-7", status: 500, error: { message: SECRET } }]);
  });

  it("prints masked errors without onError, without the query", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    const { url } = await start(
      failing(() => new Error("broken")),
      { onError: undefined } as object,
    );
    await fetch(`${url}/shapes/7?token=${SECRET}`, { headers: { "x-request-id": "r-7" } });
    expect(log.mock.calls).toEqual([
      ["GET /shapes/7 failed, request id r-7:", expect.objectContaining({ message: "broken" })],
    ]);
  });

  it.each([
    ["application/problem+json", "application/problem+json"],
    ["application/json, application/problem+json", "application/problem+json"],
    ["application/json, application/problem+json;q=0.5", "application/json"],
    ["application/problem+json;q=0", "application/json"],
    ["application/problem+json;q=junk", "application/json"],
    ["*/*", "application/json"],
    ["text/html", "application/json"],
    [",;,=;q", "application/json"],
  ])("answers Accept: %s with %s", async (accept, type) => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/shapes/7?q=1`, { headers: { accept } });
    expect(response.headers.get("content-type")).toBe(type);
    const body = (await response.json()) as { status?: number; instance?: string };
    if (type !== "application/json") expect(body).toMatchObject({ status: 422, instance: "/shapes/7" });
  });

  it("sends the format that the option names, whatever the caller accepts", async () => {
    const { url } = await start(
      failing(() => tooManySides()),
      { format: "compact" },
    );
    const response = await fetch(`${url}/shapes/7`, { headers: { accept: "application/problem+json" } });
    expect([response.headers.get("content-type"), response.headers.get("vary")]).toEqual(["application/json", null]);
    expect(await response.json()).toMatchObject({ errorCode: "TOO_MANY_SIDES" });
  });

  it("removes headers that belong to the response without the error, and no others", async () => {
    const { url } = await start((_, response) => {
      response.set({ "Cache-Control": "public, max-age=3600", ETag: '"7"', "Content-Encoding": "gzip" });
      response.set({ "X-Trace": "t-7", Vary: "Origin" });
      throw tooManySides();
    });
    const response = await fetch(`${url}/shapes/7`);
    const names = ["cache-control", "etag", "content-encoding", "x-trace", "vary"];
    expect(names.map((header) => response.headers.get(header))).toEqual([null, null, null, "t-7", "Origin, Accept"]);
  });

  it("removes the status line and the framing of the response without the error", async () => {
    const { url } = await start((_, response) => {
      response.statusMessage = SECRET;
      response.set({ "Transfer-Encoding": "chunked", Trailer: "Digest" });
      throw tooManySides();
    });
    const response = await fetch(`${url}/shapes/7`);
    const names = ["transfer-encoding", "trailer"];
    expect([response.statusText, ...names.map((name) => response.headers.get(name))]).toEqual([
      "Unprocessable Entity",
      null,
      null,
    ]);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(100);
  });

  it("sends the headers of an error that is for the caller, but not those of another body", async () => {
    const headers = {
      "WWW-Authenticate": 'Basic realm="shapes"',
      "Content-Range": "bytes */7",
      "Content-Length": 7,
      "Content-Type": "text/html",
      "X-Broken": "a\r\nb",
      "not a name": "c",
    };
    const { url } = await start((request) => {
      throw Object.assign(new Error("text"), { status: 401, expose: request.params["id"] === "7", headers });
    });
    const shown = await fetch(`${url}/shapes/7`);
    const names = ["www-authenticate", "content-range", "content-type", "x-broken"];
    expect([shown.status, ...names.map((name) => shown.headers.get(name))]).toEqual([
      401,
      'Basic realm="shapes"',
      "bytes */7",
      "application/json",
      null,
    ]);
    expect(await shown.json()).toMatchObject({ error: { code: 401 } });
    const masked = await fetch(`${url}/shapes/8`);
    expect([masked.status, masked.headers.get("www-authenticate")]).toEqual([500, null]);
  });

  it("closes the connection if the response has begun", async () => {
    const { url, failed } = await start((_, response) => {
      response.write("half of");
      throw tooManySides();
    });
    await expect(fetch(`${url}/shapes/7`).then((response) => response.text())).rejects.toThrow();
    expect(failed).toMatchObject([{ late: true, masked: false }]);
  });

  it("sends a HEAD request no body", async () => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/shapes/7`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([422, ""]);
    expect(Number(response.headers.get("content-length"))).toBeGreaterThan(100);
  });

  it("leaves requests without a route to Express", async () => {
    const { url, failed } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/elsewhere`);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("Cannot GET /elsewhere")]);
    expect(failed).toEqual([]);
  });

  it.each([
    ["that is no JSON", "{", 400, Code.INVALID_ARGUMENT],
    ["that is too large", JSON.stringify("x".repeat(200)), 413, Code.RESOURCE_EXHAUSTED],
  ])("keeps the status of Express for a body %s", async (_, body, status, code) => {
    const { url } = await start(failing(() => tooManySides()));
    const init = {
      method: "POST",
      body,
      headers: { "content-type": "application/json", accept: "application/problem+json" },
    };
    const response = await fetch(`${url}/shapes/7`, init);
    const text = await response.text();
    expect([response.status, JSON.parse(text).status]).toEqual([status, status]);
    expect(fromHttp(response.status, response.headers, text)).toMatchObject({ code });
  });

  it("keeps the status of Express for a path that cannot be decoded", async () => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/shapes/%E0%A4%A`);
    expect(response.status).toBe(400);
  });

  it.each([
    ["hides", { status: 404, expose: false }, 500],
    ["hides", { status: 404 }, 500],
    ["hides", { status: 99, expose: true }, 500],
    ["shows", { status: 418, expose: true }, 418],
  ])("%s an error with %o", async (verb, fields, status) => {
    const { url } = await start(failing(() => Object.assign(new Error("text"), fields)));
    const response = await fetch(`${url}/shapes/7`);
    expect(response.status).toBe(status);
    expect((await response.text()).includes("text")).toBe(verb === "shows");
  });

  it.each([
    ["undefined", undefined],
    ["a text", "SECRET"],
    ["null", null],
    [
      "a Proxy",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error(SECRET);
          },
        },
      ),
    ],
  ])("masks %s", async (_, thrown) => {
    const { url } = await start((_request, _response, next) => next(thrown ?? new Error(String(thrown))));
    const response = await fetch(`${url}/shapes/7`);
    expect([response.status, (await response.text()).includes("SECRET")]).toEqual([500, false]);
  });

  it("sends another server's error if a catalog declares it", async () => {
    const { status, headers, body } = toHttp(tooManySides());
    const upstream = fromHttp(status, headers, body, { catalogs: [catalog] });
    const forwarding = await start(
      failing(() => upstream),
      { catalogs: [catalog] },
    );
    expect(await errorOf(`${forwarding.url}/shapes/7`)).toBeRichError(TooManySidesError, SIDES);
    const masking = await start(failing(() => upstream));
    expect((await fetch(`${masking.url}/shapes/7`)).status).toBe(500);
    expect(masking.failed[0]?.problems[0]?.message).toContain("TOO_MANY_SIDES");
  });

  it("maps errors of other libraries, and prefers the map to the status of Express", async () => {
    const { url } = await start(
      failing(() => Object.assign(new RangeError(SECRET), { status: 418, expose: true })),
      {
        map: [[RangeError, () => new CornersBusyError()]],
      },
    );
    const response = await fetch(`${url}/shapes/7`);
    expect([response.status, (await response.text()).includes("CORNERS_BUSY")]).toEqual([503, true]);
  });

  it("sends details", async () => {
    const errorDetails = new StandardDetails().addFieldViolation("sides", "too many");
    const { url } = await start(failing(() => new RichError(Code.INVALID_ARGUMENT, "no", { errorDetails })));
    const { standardDetails } = await errorOf(`${url}/shapes/7`);
    expect(standardDetails.badRequest?.fieldViolations).toMatchObject([{ field: "sides", description: "too many" }]);
  });

  it("ignores what onError throws or rejects with", async () => {
    for (const onError of [failing(() => new Error()), () => Promise.reject(new Error())]) {
      const { url } = await start(
        failing(() => tooManySides()),
        { onError: onError as () => void },
      );
      expect((await fetch(`${url}/shapes/7`)).status).toBe(422);
    }
  });

  it("survives a client that has gone", async () => {
    const { url, failed } = await start(async (_, __, next) => {
      client.destroy();
      await new Promise((done) => setTimeout(done, 20));
      next(tooManySides());
    });
    const client = httpRequest(`${url}/shapes/7`).on("error", () => {});
    client.end();
    await vi.waitFor(() => expect(failed).toHaveLength(1));
    expect(await errorOf(`${url}/elsewhere`)).toBeInstanceOf(RichError);
  });
});

describe("richErrorHandler", () => {
  it.each([
    [{ formt: "problem" }, 'richErrorHandler: the option "formt" is unknown; write "format"'],
    [{ format: "xml" }, 'richErrorHandler: the format "xml" is unknown; write "status", "compact", "problem"'],
    [{ onError: 7 }, "richErrorHandler: onError is 7, not a function; write onError: (request) => …"],
    [{ map: {} }, "richErrorHandler: map is "],
    [{ catalogs: [7] }, "richErrorHandler: "],
  ])("refuses %o", (options, message) => {
    expect(() => richErrorHandler(options as object)).toThrow(message);
  });
});

import { connect, constants } from "node:http2";
import { Readable } from "node:stream";
import fastify, { type FastifyInstance, type RouteHandlerMethod } from "fastify";
import { Code } from "grpc-rich-errors";
import { type ErrorHandlerOptions, type FailedRequest, richErrorHandler } from "grpc-rich-errors/fastify";
import { fromHttp } from "grpc-rich-errors/http";
import { describe, expect, it, onTestFinished } from "vitest";
import { CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";

const SECRET = "hunter2";

const BODY = {
  type: "object",
  required: ["sides"],
  properties: { sides: { type: "integer" }, corners: { type: "array", items: { type: "integer" } } },
};

/** Would drop every field of an error if it applied. */
const RESPONSE = { "4xx": { type: "object", properties: { nothing: { type: "string" } } } };

/** Starts a server whose every route has one handler. */
async function start(handler: RouteHandlerMethod, options: ErrorHandlerOptions = {}, settings: object = {}) {
  const failed: FailedRequest[] = [];
  const lines: string[] = [];
  const app: FastifyInstance = fastify({
    bodyLimit: 100,
    logger: { stream: { write: (line: string) => lines.push(line) } },
    ...settings,
  });
  app.setErrorHandler(richErrorHandler({ onError: (request) => failed.push(request), ...options }));
  app.get("/shapes/:id", { schema: { response: RESPONSE } }, handler);
  app.post("/shapes/:id", { schema: { body: BODY } }, handler);
  onTestFinished(() => app.close());
  return { url: await app.listen({ host: "127.0.0.1", port: 0 }), failed, lines };
}

/** Requests a path over HTTP/2, and returns the error code that ends the response. */
async function endOverHttp2(url: string): Promise<{ readonly text: string; readonly code: number | undefined }> {
  const session = connect(url);
  onTestFinished(() => session.destroy());
  const response = session.request({ ":path": "/shapes/7" });
  let text = "";
  response.on("data", (part) => {
    text += part;
  });
  response.on("error", () => {});
  await new Promise<void>((resolve) => void response.on("close", resolve));
  return { text, code: response.rstCode };
}

const failing =
  (make: () => unknown): RouteHandlerMethod =>
  async () => {
    throw make();
  };

const post = (url: string, body: string) =>
  fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });

describe("Fastify", () => {
  it("sends a declared error, whatever the schema of the response", async () => {
    const { url, failed } = await start(failing(() => tooManySides({ retryDelay: 1500 })));
    const response = await fetch(`${url}/shapes/7?token=${SECRET}`);
    expect(response.status).toBe(422);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(response.headers.get("retry-after")).toBe("2");
    expect(response.headers.get("vary")).toBe("Accept");
    const error = fromHttp(422, response.headers, await response.text(), { catalogs: [catalog] });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(failed).toMatchObject([{ method: "GET", path: "/shapes/7", status: 422, masked: false, late: false }]);
  });

  const begun: RouteHandlerMethod = (_, reply) => {
    reply.raw.write("half of");
    setTimeout(() => reply.send(tooManySides()), 20);
  };

  it("breaks off a response that has begun", async () => {
    const { url, failed } = await start(begun);
    await expect(fetch(`${url}/shapes/7`).then((response) => response.text())).rejects.toThrow();
    expect(failed).toMatchObject([{ late: true, masked: false }]);
  });

  it("breaks off a response over HTTP/2 with an error code", async () => {
    const { url, failed } = await start(begun, {}, { http2: true });
    expect(await endOverHttp2(url)).toEqual({ text: "half of", code: constants.NGHTTP2_INTERNAL_ERROR });
    expect(failed).toMatchObject([{ late: true, masked: false }]);
  });

  it("sends what a synchronous handler throws", async () => {
    const { url } = await start(() => {
      throw tooManySides();
    });
    expect((await fetch(`${url}/shapes/7`)).status).toBe(422);
  });

  it("masks any other error, and logs it with the id of the request", async () => {
    const { url, lines } = await start(
      failing(() => new Error(SECRET)),
      { onError: undefined } as object,
    );
    const response = await fetch(`${url}/shapes/7`, { headers: { "x-request-id": "r-7" } });
    const text = await response.text();
    expect([response.status, text.includes(SECRET)]).toEqual([500, false]);
    expect(fromHttp(500, response.headers, text).standardDetails.requestInfo?.requestId).toBe("r-7");
    const logged = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(logged).toMatchObject([{ requestId: "r-7", err: { message: SECRET }, reqId: expect.any(String) }]);
  });

  it("masks an error with a status code that is not for the caller", async () => {
    const { url } = await start(failing(() => Object.assign(new Error(SECRET), { statusCode: 404 })));
    const response = await fetch(`${url}/shapes/7`);
    expect([response.status, (await response.text()).includes(SECRET)]).toEqual([500, false]);
  });

  it("sends problem details to a caller that prefers them", async () => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/shapes/7?q=1`, { headers: { accept: "application/problem+json" } });
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(await response.json()).toMatchObject({ status: 422, instance: "/shapes/7" });
  });

  it("has a violation for each field that a schema refuses", async () => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await post(`${url}/shapes/7`, '{"sides":1,"corners":[1,"x"]}');
    const error = fromHttp(response.status, response.headers, await response.text());
    expect(error).toMatchObject({ code: Code.INVALID_ARGUMENT, message: "body/corners/1 must be integer" });
    expect(error.standardDetails.badRequest?.fieldViolations).toMatchObject([
      { field: "corners.1", description: "must be integer" },
    ]);
  });

  it.each([
    ["that is no JSON", "{", 400, Code.INVALID_ARGUMENT],
    ["that is too large", JSON.stringify("x".repeat(200)), 413, Code.RESOURCE_EXHAUSTED],
  ])("keeps the status of Fastify for a body %s", async (_, body, status, code) => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await post(`${url}/shapes/7`, body);
    expect(response.status).toBe(status);
    expect(fromHttp(status, response.headers, await response.text())).toMatchObject({ code });
  });

  it("leaves requests without a route to Fastify", async () => {
    const { url, failed } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/elsewhere`);
    expect([response.status, await response.json()]).toEqual([404, expect.objectContaining({ error: "Not Found" })]);
    expect(failed).toEqual([]);
  });

  it("sends a HEAD request no body", async () => {
    const { url } = await start(failing(() => tooManySides()));
    const response = await fetch(`${url}/shapes/7`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([422, ""]);
  });

  it("removes headers that belong to the response without the error, and no others", async () => {
    const { url } = await start(async (_, reply) => {
      reply.headers({
        "cache-control": "public",
        etag: '"7"',
        "content-type": "text/html",
        "x-trace": "t-7",
        vary: "Origin",
      });
      throw tooManySides();
    });
    const { headers } = await fetch(`${url}/shapes/7`);
    const names = ["cache-control", "etag", "content-type", "x-trace", "vary"];
    expect(names.map((name) => headers.get(name))).toEqual([
      null,
      null,
      "application/json; charset=utf-8",
      "t-7",
      "Origin, Accept",
    ]);
  });

  it("removes the status line and the framing of the response without the error", async () => {
    const { url } = await start(async (_, reply) => {
      reply.raw.statusMessage = SECRET;
      reply.header("transfer-encoding", "chunked");
      throw tooManySides();
    });
    const response = await fetch(`${url}/shapes/7`);
    expect([response.statusText, response.headers.get("transfer-encoding")]).toEqual(["Unprocessable Entity", null]);
  });

  it("sends the headers of an error that is for the caller", async () => {
    const headers = { "WWW-Authenticate": "Basic" };
    const { url } = await start(
      failing(() => Object.assign(new Error("no"), { statusCode: 401, expose: true, headers })),
    );
    const response = await fetch(`${url}/shapes/7`);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Basic"]);
  });

  it("breaks off a stream that fails after the response has begun", async () => {
    const { url } = await start(async () =>
      Readable.from(
        (async function* () {
          yield "half of";
          await new Promise((turn) => setTimeout(turn, 20));
          throw tooManySides();
        })(),
      ),
    );
    await expect(fetch(`${url}/shapes/7`).then((response) => response.text())).rejects.toThrow();
  });

  it("sends the error of a stream that fails before the response has begun", async () => {
    const { url } = await start(async () =>
      Readable.from(
        (async function* () {
          yield* [];
          throw tooManySides();
        })(),
      ),
    );
    expect((await fetch(`${url}/shapes/7`)).status).toBe(422);
  });

  it("maps errors of other libraries", async () => {
    const { url } = await start(
      failing(() => new RangeError(SECRET)),
      {
        map: [[RangeError, () => new CornersBusyError()]],
      },
    );
    expect((await fetch(`${url}/shapes/7`)).status).toBe(503);
  });

  it("handles the errors of one plugin only, where it is set", async () => {
    const app = fastify();
    onTestFinished(() => app.close());
    app.get(
      "/outside",
      failing(() => tooManySides()),
    );
    app.register(async (inner) => {
      inner.setErrorHandler(richErrorHandler());
      inner.get(
        "/inside",
        failing(() => tooManySides()),
      );
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    expect((await fetch(`${url}/inside`)).status).toBe(422);
    expect((await fetch(`${url}/outside`)).status).toBe(500);
  });

  it("refuses unknown options", () => {
    expect(() => richErrorHandler({ catalog: [] } as object)).toThrow(
      'richErrorHandler: the option "catalog" is unknown',
    );
  });
});

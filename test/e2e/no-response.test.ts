import { once } from "node:events";
import type { ServerHttp2Stream } from "node:http2";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Code, promises, RichError, richErrorClientOptions } from "grpc-rich-errors";
import {
  catalog,
  HapndApiError,
  HapndCircuitOpenError,
  HapndNetworkError,
  NotFoundError,
} from "grpc-rich-errors/catalogs/hapnd";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ShapeResponse, ShapesClient } from "../gen/shapes/v1/shapes.js";
import { tooManySides } from "../support/errors.js";
import { h2, http1, refusing, silentProcess, tcp } from "../support/half-servers.js";
import { framed } from "../support/raw.js";
import { request, SHAPES, type Shape, startShapes } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";

// Calls that get no response of a server, and calls that do, on real sockets.

expectNothingUncaught();

function clientOf(address: string, options = {}): ShapesClient {
  const client = new ShapesClient(address, credentials.createInsecure(), {
    ...richErrorClientOptions({ catalogs: [catalog] }),
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** The error that a call ends with. */
async function failureOf(client: ShapesClient, shape: Shape = "unary", options = {}): Promise<unknown> {
  const calls = promises(client);
  const all = async (messages: AsyncIterable<unknown>) => {
    for await (const _ of messages);
  };
  try {
    if (shape === "unary") await calls.unary(request(), options);
    if (shape === "clientStream") await calls.clientStream([request()], options);
    if (shape === "serverStream") await all(calls.serverStream(request(), options));
    if (shape === "bidi") await all(calls.bidi([request()], options));
  } catch (error) {
    return error;
  }
  throw new Error("the call succeeded");
}

/** The error that fetch throws. */
const fetchFrom = (address: string): Promise<unknown> => fetch(`http://${address}/`).catch((thrown: unknown) => thrown);

const soon = (options: object = {}) => ({ deadline: Date.now() + 5000, ...options });
const respond = (stream: ServerHttp2Stream, status: number, body: string) => {
  stream.respond({ ":status": status, "content-type": "text/html" });
  stream.end(body);
};
const grpc = { ":status": 200, "content-type": "application/grpc" };

describe("a call without a response ends with the network error of its catalog", () => {
  it.each<[string, () => Promise<string>, code: number, message: RegExp, outcome: string]>([
    ["the port is closed", refusing, 14, /^No connection established\. .*ECONNREFUSED/, "NOT_APPLIED"],
    ["the name does not exist", async () => "does-not-exist.invalid:80", 14, /^Name resolution failed/, "NOT_APPLIED"],
    ["the connection is reset at once", () => tcp((socket) => socket.resetAndDestroy()), 14, /^No conn/, "NOT_APPLIED"],
    ["the server speaks HTTP/1", () => http1((_, response) => response.end()), 14, /^No connection/, "NOT_APPLIED"],
    ["the server refuses the stream", () => h2((stream) => stream.close(7)), 14, /^Stream refused/, "NOT_APPLIED"],
    ["the connection ends", () => h2(({ session }) => session?.destroy()), 14, /^Connection dropped$/, "MAYBE_APPLIED"],
    [
      "the connection is reset",
      () => h2(({ session }) => session?.socket.resetAndDestroy()),
      14,
      /ECONNRESET|^Connection dropped$/,
      "MAYBE_APPLIED",
    ],
    ["the stream is reset", () => h2((stream) => stream.close(2)), 13, /^Received RST_STREAM .* 2/, "MAYBE_APPLIED"],
    ["the stream is cancelled", () => h2((stream) => stream.close(8)), 1, /^Call cancelled$/, "MAYBE_APPLIED"],
    [
      "the server limits the client's rate",
      () => h2((stream) => stream.close(11)),
      8,
      /^Bandwidth exhausted/,
      "MAYBE_APPLIED",
    ],
    ["the server wants TLS", () => h2((stream) => stream.close(12)), 7, /^Protocol not secure/, "MAYBE_APPLIED"],
    [
      "the stream ends without a status",
      () =>
        h2((stream) => {
          stream.respond(grpc);
          stream.end();
        }),
      13,
      /^Received RST_STREAM with code 0/,
      "MAYBE_APPLIED",
    ],
    [
      "a proxy responds with 502",
      () => h2((stream) => respond(stream, 502, "<html>")),
      14,
      /^Received HTTP status code 502$/,
      "MAYBE_APPLIED",
    ],
    [
      "a proxy responds with 503 and no body",
      () => h2((stream) => stream.respond({ ":status": 503 }, { endStream: true })),
      14,
      /^Received HTTP status code 503$/,
      "MAYBE_APPLIED",
    ],
    [
      "Envoy finds no healthy server",
      () =>
        h2((stream) =>
          stream.respond(
            { ...grpc, server: "envoy", "grpc-status": 14, "grpc-message": "no healthy upstream" },
            { endStream: true },
          ),
        ),
      14,
      /^no healthy upstream$/,
      "NOT_APPLIED",
    ],
  ])("if %s", async (_, start, code, message, outcome) => {
    const error = await failureOf(clientOf(await start()), "unary", soon());
    expect(error).toBeRichError(HapndNetworkError);
    expect(error).toMatchObject({
      name: "HapndNetworkError",
      code,
      message: expect.stringMatching(message),
      origin: "TRANSPORT",
      outcome,
      recovery: "BACK_OFF_AND_RETRY",
      received: true,
    });
  });

  it("if the server's process is killed during the call", async () => {
    const { address, child } = await silentProcess();
    const call = failureOf(clientOf(address), "unary", soon());
    if (child.stdout) await once(child.stdout, "data");
    child.kill("SIGKILL");
    expect(await call).toMatchObject({ name: "HapndNetworkError", code: 14, outcome: "MAYBE_APPLIED" });
  });

  it("if a grpc-js server shuts down during the call", async () => {
    const { address, close } = await startShapes({ unary: () => new Promise(() => setImmediate(() => close())) });
    expect(await failureOf(clientOf(address), "unary", soon())).toBeRichError(HapndNetworkError);
  });

  it.each(["round_robin", "pick_first"])("with the load-balancing policy %s", async (policy) => {
    const config = { "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ [policy]: {} }] }) };
    const error = await failureOf(clientOf(await refusing(), config), "unary", soon());
    expect(error).toMatchObject({ name: "HapndNetworkError", outcome: "NOT_APPLIED" });
  });

  it.each(SHAPES)("in a %s call, before messages and after them", async (shape) => {
    expect(await failureOf(clientOf(await refusing()), shape, soon())).toBeRichError(HapndNetworkError);
    const breaking = await h2((stream) => {
      stream.respond(grpc);
      stream.write(framed(Buffer.from([8, 1])), () => setImmediate(() => stream.session?.destroy()));
    });
    expect(await failureOf(clientOf(breaking), shape, soon())).toBeRichError(HapndNetworkError);
  });

  it("if the client's deadline passes", async () => {
    const error = await failureOf(clientOf(await h2(() => {})), "unary", { deadline: Date.now() + 30 });
    expect(error).toBeRichError(HapndNetworkError);
    expect(error).toMatchObject({ code: Code.DEADLINE_EXCEEDED, origin: "CLIENT", outcome: "MAYBE_APPLIED" });
  });

  it("in a callback and in an event, with grpc-js's own text in details", async () => {
    const client = clientOf(await refusing());
    const error = await new Promise<ServiceError | null>((resolve) => client.unary(request(), resolve));
    expect(error).toBeRichError(HapndNetworkError);
    expect(error?.details).toMatch(/^No connection established/);
    const [emitted] = await once(client.serverStream(request()), "error").catch((thrown: unknown) => [thrown]);
    expect(emitted).toBeRichError(HapndNetworkError);
  });
});

describe("a call that its caller ends is no network failure", () => {
  it.each<[string, (client: ShapesClient) => Promise<unknown>, code: number, outcome: string]>([
    [
      "cancelled",
      (client) =>
        new Promise((resolve) => {
          const call = client.unary(request(), resolve);
          setImmediate(() => call.cancel());
        }),
      1,
      "MAYBE_APPLIED",
    ],
    [
      "closed",
      (client) =>
        new Promise((resolve) => {
          client.unary(request(), resolve);
          client.close();
        }),
      14,
      "NOT_APPLIED",
    ],
    [
      "not serializable",
      (client) =>
        new Promise((resolve) => {
          client.makeUnaryRequest<object, ShapeResponse>(
            "/shapes.v1.Shapes/Unary",
            () => {
              throw new Error("no such message");
            },
            () => ({ index: 0 }),
            {},
            resolve,
          );
        }),
      13,
      "NOT_APPLIED",
    ],
  ])("%s", async (_, run, code, outcome) => {
    const error = await run(clientOf(await h2(() => {})));
    expect(error).toMatchObject({ name: "RichError", code, origin: "CLIENT", outcome });
  });
});

describe("a call with a response of a server", () => {
  it("ends with the declared error if the catalog has it", async () => {
    const { address } = await startShapes({ unary: () => Promise.reject(new NotFoundError()) });
    expect(await failureOf(clientOf(address))).toMatchObject({ name: "NotFoundError", origin: "SERVER" });
  });

  it.each<[string, () => Error | Partial<ServiceError>, object]>([
    [
      "a reason that the catalog lacks",
      () => new RichError(Code.ABORTED, "too new", { reason: "TOO_NEW", domain: "hapnd" }),
      { code: 10, reason: "TOO_NEW", domain: "hapnd" },
    ],
    ["an error of another domain", () => tooManySides(), { code: 3, reason: "TOO_MANY_SIDES" }],
    ["a bare status", () => ({ code: 5, details: "no such thing" }), { code: 5, message: "no such thing" }],
    ["a masked failure", () => new Error("secret"), { code: 13, message: "internal error" }],
    [
      "grpc-js's text for a network failure",
      () => ({ code: 14, details: "No connection established. Last error: none" }),
      { code: 14 },
    ],
    ["grpc-js's text for a deadline", () => ({ code: 4, details: "Deadline exceeded after 1s" }), { code: 4 }],
  ])("ends with the API's error for %s", async (_, make, fields) => {
    const { address } = await startShapes({ unary: (_, callback) => callback(make()) });
    const error = await failureOf(clientOf(address));
    expect(error).toBeRichError(HapndApiError);
    expect(error).toMatchObject({ name: "HapndApiError", origin: "SERVER", ...fields });
  });

  it.each([
    [401, Code.UNAUTHENTICATED],
    [404, Code.UNIMPLEMENTED],
    [429, Code.UNAVAILABLE],
    [500, Code.UNKNOWN],
  ])("ends with the API's error for the HTTP status %i of a proxy", async (status, code) => {
    const address = await h2((stream) => respond(stream, status, ""));
    expect(await failureOf(clientOf(address), "unary", soon())).toMatchObject({
      name: "HapndApiError",
      code,
      origin: "TRANSPORT",
    });
  });

  it("ends with the API's error if the method does not exist", async () => {
    const { address } = await startShapes({}, { unguarded: {} });
    expect(await failureOf(clientOf(address))).toMatchObject({ name: "HapndApiError", code: 12, origin: "SERVER" });
  });
});

describe("a server whose handler fails with an error of its own client", () => {
  it.each([
    ["a network error that a call ended with", async () => failureOf(clientOf(await refusing()))],
    ["a network error that fetch ended with", async () => RichError.from(await fetchFrom(await refusing()))],
    ["a timeout of its own", async () => RichError.from(new DOMException("10.0.0.7 is slow", "TimeoutError"))],
    ["a network error that it made itself", async () => new HapndNetworkError("10.0.0.7 is gone")],
    ["an open circuit", async () => new HapndCircuitOpenError("the breaker of 10.0.0.7 is open")],
    ["an error of the API behind", async () => new HapndApiError(Code.NOT_FOUND, "no row 7", { reason: "NO_ROW" })],
  ])("masks %s", async (_, make) => {
    const upstream = await make();
    const { address, failed } = await startShapes({ unary: () => Promise.reject(upstream) }, { catalogs: [catalog] });
    expect(await failureOf(clientOf(address))).toMatchObject({
      name: "HapndApiError",
      code: 13,
      message: "internal error",
    });
    expect(failed).toMatchObject([{ masked: true, error: upstream }]);
  });
});

describe("a page or another text with status 200, which grpc-js reads as the beginning of a message", () => {
  const BODIES = [
    "<html><body>Sign in</body></html>",
    "<!DOCTYPE html>\n<html></html>",
    "<!doctype html><title>Sign in</title>",
    "\r\n<html></html>",
    "\t<HTML>",
    "<h1>Sign in</h1>",
    '{"message":"no"}',
    "<a>",
    "",
  ];

  it.each(BODIES)("is a transport error: %j", async (body) => {
    const address = await h2((stream) => respond(stream, 200, body));
    for (const options of [{}, { "grpc.max_receive_message_length": -1 }]) {
      for (const shape of SHAPES) {
        const error = await failureOf(clientOf(address, options), shape, soon());
        expect(error).toBeRichError(RichError);
        expect(error).toMatchObject({ origin: "TRANSPORT" });
      }
    }
  });

  it("differs from a message that is too large", async () => {
    const header = Buffer.alloc(5);
    header.writeUInt32BE(5_000_000, 1);
    const address = await h2((stream) => {
      stream.respond(grpc);
      stream.write(header);
    });
    for (const shape of SHAPES) {
      expect(await failureOf(clientOf(address), shape, soon())).toMatchObject({
        origin: "CLIENT",
        message: expect.stringMatching(/^Received message larger than max \(5000000 vs /),
      });
    }
  });
});

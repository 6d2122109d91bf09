import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { catalog, SIDES, TooManySidesError } from "../support/errors.js";
import { type Handlers, type Shapes, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

// A server calls another server and does not handle its error.

expectNothingUncaught();

const SECRET = "hunter2";

/** The ways in which a handler passes on the error of an upstream call. */
const WAYS: readonly [string, (upstream: Shapes) => Handlers["unary"]][] = [
  [
    "passes it to its callback",
    ({ client }) =>
      (call, callback) =>
        void client.unary(call.request, callback),
  ],
  [
    "passes it to its callback with its trailers",
    ({ client }) =>
      (call, callback) =>
        void client.unary(call.request, (error, response) => callback(error, response, error?.metadata)),
  ],
  [
    "lets a promise reject with it",
    ({ calls }) =>
      (call) =>
        calls.unary(call.request),
  ],
  [
    "throws it again",
    ({ calls }) =>
      async (call) => {
        try {
          return await calls.unary(call.request);
        } catch (error) {
          throw error as Error;
        }
      },
  ],
  [
    'emits it as "error"',
    ({ client }) =>
      (call, callback) =>
        void client.unary(call.request, (error, response) =>
          error ? call.emit("error", error) : callback(null, response),
        ),
  ],
];

/** The ways to set up an upstream client. */
const CLIENTS = [
  ["a RichError", {}],
  // Replaces the transformer of `richErrorClientOptions`.
  ["a plain ServiceError of grpc-js", { callInvocationTransformer: (properties: never) => properties }],
] as const;

async function startUpstream(client: object): Promise<Shapes> {
  const metadata = new Metadata();
  metadata.set("x-token", SECRET);
  return startShapes(
    {
      unary: () => {
        throw new TooManySidesError(SIDES, { message: `about ${SECRET}`, metadata });
      },
    },
    { client },
  );
}

for (const [what, client] of CLIENTS) {
  for (const [how, handler] of WAYS) {
    describe(`an upstream error that is ${what}, when a handler ${how}`, () => {
      it("is masked, and its trailers stay on this server", async () => {
        const upstream = await startUpstream(client);
        const shapes = await startShapes({ unary: handler(upstream) });
        const { error } = await callOn(shapes, "unary");
        expect(error).toMatchObject({ code: 13, message: "internal error", reason: undefined });
        expect(JSON.stringify((error as RichError).metadata)).not.toContain(SECRET);
        expect(JSON.stringify(error)).not.toContain(SECRET);
        expect(shapes.failed).toMatchObject([{ masked: true }]);
        const [failed] = shapes.failed;
        expect((failed?.error as ServiceError | undefined)?.details).toBe(`about ${SECRET}`);
      });

      it("passes with its detail and without its trailers if the server's catalogs declare it", async () => {
        const upstream = await startUpstream(client);
        const shapes = await startShapes({ unary: handler(upstream) }, { catalogs: [catalog] });
        const { error } = await callOn(shapes, "unary");
        expect(error).toBeRichError(TooManySidesError, SIDES);
        expect(error).toMatchObject({ code: 3, message: `about ${SECRET}`, issues: [] });
        expect((error as RichError).metadata?.get("x-token")).toEqual([]);
        expect(shapes.failed).toMatchObject([{ masked: false }]);
      });
    });
  }
}

describe("an upstream error that the server does not know", () => {
  it("is masked if its reason is unknown, even if its domain is known", async () => {
    const upstream = await startShapes({
      unary: () => {
        throw new RichError(5, SECRET, { reason: "NEW_REASON", domain: "shapes.example.com" });
      },
    });
    const shapes = await startShapes({ unary: (call) => upstream.calls.unary(call.request) }, { catalogs: [catalog] });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 13, message: "internal error" });
  });

  it("is masked if it has only a code", async () => {
    const upstream = await startShapes({ unary: (_, callback) => callback({ code: 5, details: SECRET }) });
    const shapes = await startShapes({ unary: (call) => upstream.calls.unary(call.request) }, { catalogs: [catalog] });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: 13, message: "internal error" });
  });

  it.each(CLIENTS)("is masked if its message was overwritten: %s", async (_, client) => {
    const upstream = await startUpstream(client);
    const shapes = await startShapes({
      unary: (call, callback) =>
        void upstream.client.unary(call.request, (error, response) => {
          if (error) error.message = `the upstream said: ${error.message}`;
          callback(error, response);
        }),
    });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 13, message: "internal error" });
    expect(JSON.stringify((error as RichError).metadata)).not.toContain(SECRET);
  });

  it("is masked if the upstream cannot be reached", async () => {
    const upstream = await startUpstream({});
    upstream.close();
    const shapes = await startShapes({ unary: (call) => upstream.calls.unary(call.request) });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({ code: 13, message: "internal error" });
  });

  it("is masked at the end of a forwarded stream", async () => {
    const upstream = await startShapes({
      async *serverStream() {
        yield { index: 0 };
        throw new RichError(5, SECRET);
      },
    });
    const shapes = await startShapes({ serverStream: (call) => upstream.calls.serverStream(call.request) });
    const { messages, error } = await callOn(shapes, "serverStream");
    expect(messages).toEqual([0]);
    expect(error).toMatchObject({ code: 13, message: "internal error" });
  });

  it("stays on this server as the cause of the server's own error", async () => {
    const upstream = await startUpstream({});
    const shapes = await startShapes({
      unary: async (call) => {
        try {
          return await upstream.calls.unary(call.request);
        } catch (cause) {
          throw new TooManySidesError(SIDES, { cause });
        }
      },
    });
    const { error } = await callOn(shapes, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toContain(SECRET);
    const [failed] = shapes.failed;
    expect((failed?.error as RichError | undefined)?.cause).toBeRichError(TooManySidesError, SIDES);
  });
});

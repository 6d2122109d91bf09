import { Metadata, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { Code, pack, RichError } from "grpc-rich-errors";
import { toHttp } from "grpc-rich-errors/http";
import { ServerError } from "nice-grpc";
import { describe, expect, it } from "vitest";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { FORMATS } from "../support/over-http.js";
import { type Handlers, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";
import { WAYS } from "../support/ways.js";

// A server that sends only declared errors masks plain statuses, whoever made them.

expectNothingUncaught();

const boundary = { maskPlainStatuses: true };
const SECRET = "row 7 of hunter2";

/** A status that was packed without this package. */
function byHand(error: RichError): object {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(pack(error)));
  return { code: error.code, details: error.message, metadata };
}

const PLAIN: readonly [string, () => unknown][] = [
  ["a status", () => ({ code: Code.NOT_FOUND, details: SECRET })],
  ["a status with a message", () => ({ code: Code.NOT_FOUND, message: SECRET })],
  ["an error with a status", () => Object.assign(new Error("x"), { code: Code.NOT_FOUND, details: SECRET })],
  ["an error of nice-grpc's server", () => new ServerError(Code.NOT_FOUND, SECRET)],
  ["a status of UNIMPLEMENTED", () => ({ code: Code.UNIMPLEMENTED, details: SECRET })],
  [
    "a status with details that no catalog declares",
    () => byHand(new RichError(Code.NOT_FOUND, SECRET, { reason: "GONE", domain: "other" })),
  ],
];

const ways = WAYS.filter(({ name }) =>
  ["throws at once", "rejects", "calls back with the error", 'emits "error"', "destroys the call"].includes(name),
);

describe.each(PLAIN)("%s", (_, make) => {
  it.each(SHAPES)("is masked when a %s handler fails with it", async (shape) => {
    for (const way of ways.filter(({ shapes }) => shapes.includes(shape))) {
      const handlers = { [shape]: way.handler(make(), "before", shape) } as Partial<Handlers>;
      const shapes = await startShapes(handlers, { boundary, catalogs: [catalog] });
      const { error } = await callOn(shapes, shape);
      expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
      expect(shapes.failed).toMatchObject([{ masked: true, problems: [{}] }]);
      expect(shapes.failed[0]?.problems[0]?.message).toMatch(
        /^masked a plain status [A-Z_]+, because "maskPlainStatuses" is set; throw a declared error instead$/,
      );
    }
  });

  it("passes by default, with its text", async () => {
    const shapes = await startShapes({ unary: () => Promise.reject(make()) });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ message: SECRET });
    expect(shapes.failed).toMatchObject([{ masked: false }]);
  });

  it.each(FORMATS)("is masked over HTTP in the format %s", (format) => {
    const { body, masked } = toHttp(make(), { format, maskPlainStatuses: true, catalogs: [catalog] });
    expect([masked, JSON.stringify(body).includes(SECRET)]).toEqual([true, false]);
    expect(toHttp(make(), { format }).masked).toBe(false);
  });
});

describe("a server that masks plain statuses", () => {
  const refusing: ServerInterceptor = (_, call) =>
    new ServerInterceptingCall(call, {
      start: (next) => {
        next();
        call.sendStatus({ code: Code.UNAUTHENTICATED, details: SECRET, metadata: new Metadata() });
      },
    });

  it("masks the statuses of handlers without richHandlers", async () => {
    const unguarded = {
      unary: (_: unknown, callback: (error: unknown) => void) => callback({ code: 5, details: SECRET }),
    };
    const shapes = await startShapes({}, { boundary, unguarded: unguarded as never });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(shapes.failed).toMatchObject([{ masked: true, error: { code: 5, details: SECRET } }]);
  });

  it("masks the statuses of other interceptors", async () => {
    const shapes = await startShapes({}, { boundary, interceptors: [refusing] });
    expect((await callOn(shapes, "unary")).error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
  });

  it("lets grpc-js's status pass for a method without a handler", async () => {
    const shapes = await startShapes({}, { boundary, unguarded: {} });
    const { error } = await callOn(shapes, "unary");
    expect(error).toMatchObject({
      code: Code.UNIMPLEMENTED,
      message: expect.stringMatching(/^The server does not implement the method \S+$/),
    });
  });

  it.each<[string, () => unknown, object]>([
    ["a declared error", () => tooManySides(), { code: 3, reason: "TOO_MANY_SIDES" }],
    ["a RichError with a reason", () => new RichError(5, "no", { reason: "GONE", domain: "x" }), { reason: "GONE" }],
    ["a RichError without a reason", () => new RichError(5, "no"), { code: 5, message: "no" }],
  ])("lets %s of this process pass", async (_, make, fields) => {
    const shapes = await startShapes({ unary: () => Promise.reject(make()) }, { boundary });
    expect((await callOn(shapes, "unary")).error).toMatchObject(fields);
    expect(toHttp(make(), boundary).masked).toBe(false);
  });

  it("lets a status pass that carries a declared error", async () => {
    const status = byHand(tooManySides());
    const shapes = await startShapes({ unary: (_, callback) => callback(status) }, { boundary, catalogs: [catalog] });
    expect((await callOn(shapes, "unary")).error).toBeRichError(TooManySidesError, SIDES);
  });

  it("lets an error pass that the map returns for a status", async () => {
    const isStatus = (thrown: unknown): thrown is object => typeof thrown === "object";
    const shapes = await startShapes(
      { unary: (_, callback) => callback({ code: 5, details: SECRET }) },
      { boundary, map: [[isStatus, () => tooManySides()]] },
    );
    expect((await callOn(shapes, "unary")).error).toBeRichError(TooManySidesError, SIDES);
  });

  it("sends DEADLINE_EXCEEDED to a client whose deadline passed", async () => {
    const shapes = await startShapes({ unary: () => new Promise(() => {}) }, { boundary });
    const call = shapes.calls.unary({ scenario: "", before: 0 }, { deadline: Date.now() + 50 });
    await expect(call).rejects.toMatchObject({ code: Code.DEADLINE_EXCEEDED });
  });
});

import { Server } from "@grpc/grpc-js";
import { Code, type RichError } from "grpc-rich-errors";
import { recordErrors, testServer } from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { type Handlers, request, SHAPES } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";

const secret = new Error("password");

/** Handlers of which each shape fails in the same way. */
function failing(fail: () => never): Handlers {
  return { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
}
const busy = failing(() => {
  throw new CornersBusyError();
});
const masked = failing(() => {
  throw secret;
});

/** A handler that hangs until the test fails it. */
const hanging = {
  fail: undefined as ((error: Error) => void) | undefined,
  handlers: {
    unary: () =>
      new Promise((_, reject) => {
        hanging.fail = reject;
      }),
  } satisfies Partial<Handlers>,
  async running(): Promise<(error: Error) => void> {
    await expect.poll(() => hanging.fail).toBeDefined();
    const { fail = () => {} } = hanging;
    hanging.fail = undefined;
    return fail;
  },
};

async function open(handlers: Partial<Handlers>, errors = {}) {
  const { server, client, promises } = await testServer(ShapesService, handlers, { catalogs: [catalog], errors });
  return { server, client: client(ShapesClient), calls: promises(ShapesClient) };
}

describe("recordErrors", () => {
  it.each(SHAPES)("records what a %s call threw and what its client got", async (shape) => {
    const shapes = await open(busy);
    const errors = recordErrors(shapes.server);
    const { error } = await callOn(shapes as never, shape);
    expect(errors.calls).toHaveLength(1);
    expect(errors.last).toMatchObject({ masked: false, late: false, outsideContract: false, shed: [], problems: [] });
    expect(errors.last?.method).toBe(ShapesService[shape].path);
    expect(errors.last?.error).toBeRichError(CornersBusyError);
    expect(errors.last?.sent.code).toBe((error as RichError).code);
    expect(errors.of(shape)).toEqual(errors.calls);
    expect(errors.of("/shapes.v1.Shapes/*")).toEqual(errors.calls);
    expect(errors.of("Other")).toEqual([]);
    expect([...errors]).toEqual(errors.calls);
  });

  it("records masked errors with their cause", async () => {
    const shapes = await open(masked);
    const errors = recordErrors(shapes.server);
    await expect(shapes.calls.unary(request())).toRejectWithRichError();
    expect(errors.masked).toHaveLength(1);
    expect(errors.last?.error).toBe(secret);
    expect(errors.last?.sent.code).toBe(Code.INTERNAL);
  });

  it("records what was shed, and problems", async () => {
    const shapes = await open(
      {
        unary: () => {
          throw new TooManySidesError({ shape: "x".repeat(9000), sides: 5n, limit: undefined });
        },
        clientStream: upstreamError,
      },
      { maxHeaderBytes: 1024 },
    );
    const errors = recordErrors(shapes.server);
    await expect(shapes.calls.unary(request())).toRejectWithRichError();
    expect(errors.last?.shed.length).toBeGreaterThan(0);
    await expect(shapes.calls.clientStream([])).toRejectWithRichError();
    expect(errors.last?.masked).toBe(true);
    expect(errors.last?.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("masked an error of"),
    ]);
  });

  it("records failures that come too late", async () => {
    const shapes = await open({
      unary: (call) =>
        new Promise((_, reject) => {
          call.once("cancelled", () => reject(secret));
          abort.abort();
        }),
    });
    const errors = recordErrors(shapes.server);
    const abort = new AbortController();
    await expect(shapes.calls.unary(request(), { signal: abort.signal })).toRejectWithRichError();
    await expect.poll(() => errors.late.map(({ error }) => error)).toEqual([secret]);
  });

  it("tells servers of one process apart", async () => {
    const [one, other] = [await open(busy), await open(masked)];
    const [ofOne, ofOther] = [recordErrors(one.server), recordErrors(other.server)];
    await expect(one.calls.unary(request())).toRejectWithRichError(CornersBusyError);
    await expect(other.calls.unary(request())).toRejectWithRichError();
    await expect(other.calls.clientStream([])).toRejectWithRichError();
    expect(ofOne.calls).toHaveLength(1);
    expect(ofOther.calls).toHaveLength(2);
    expect(ofOne.masked).toEqual([]);
    expect(ofOther.masked).toHaveLength(2);
  });

  it("leaves the server's onError alone, and ends by stop, and by Symbol.dispose", async () => {
    const reported: unknown[] = [];
    const shapes = await open(busy, { onError: (call: object) => reported.push(call) });
    const before = Object.getOwnPropertySymbols(globalThis).length;
    const [first, second] = [recordErrors(shapes.server), recordErrors(shapes.server)];
    await expect(shapes.calls.unary(request())).toRejectWithRichError();
    first.stop();
    await expect(shapes.calls.unary(request())).toRejectWithRichError();
    second[Symbol.dispose]();
    await expect(shapes.calls.unary(request())).toRejectWithRichError();
    expect([first.calls.length, second.calls.length, reported.length]).toEqual([1, 2, 3]);
    expect(Object.getOwnPropertySymbols(globalThis).length).toBe(before);
    second.clear();
    expect(second.calls).toEqual([]);
    expect(second.last).toBeUndefined();
  });

  it("begins while calls run", async () => {
    const shapes = await open(hanging.handlers);
    const call = shapes.calls.unary(request());
    const fail = await hanging.running();
    const errors = recordErrors(shapes.server);
    fail(new CornersBusyError());
    await expect(call).toRejectWithRichError(CornersBusyError);
    expect(errors.calls).toHaveLength(1);
  });

  it("refuses a server without the interceptor, and what names no method", async () => {
    expect(() => recordErrors(new Server())).toThrow(
      "recordErrors: the server has no richErrorServerInterceptor; add it to the server's interceptors",
    );
    const { server } = await open(busy);
    expect(() => recordErrors(server).of(5 as never)).toThrow("recordErrors: the method is 5, not a method; write");
  });
});

/** An error of a client, which another server sent. */
function upstreamError(): never {
  throw Object.assign(new Error("7 PERMISSION_DENIED: no"), { code: 7, details: "no", metadata: undefined });
}

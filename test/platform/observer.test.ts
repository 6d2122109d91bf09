import { status as grpcStatus, Metadata } from "@grpc/grpc-js";
import { Code, type FailedCall, isErrorOf, type MethodContract, pack, RichError, unpack } from "grpc-rich-errors";
import { fromHttp } from "grpc-rich-errors/http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { addObserver, type Observer, observers } from "../../src/platform/observer.js";
import { runningCallsOf } from "../../src/server/running-calls.js";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog, TooManySidesError, tooManySides } from "../support/errors.js";
import { request, SHAPES, startShapes } from "../support/shapes.js";
import { surfacesOf } from "../support/surfaces.js";
import { expectNothingUncaught } from "../support/watch.js";

expectNothingUncaught();

type Event = readonly [what: keyof Observer, error: unknown, beside?: unknown];

/** Notes every event until the test is over. */
function observed(): Event[] {
  const events: Event[] = [];
  onTestFinished(
    addObserver({
      thrown: (error) => events.push(["thrown", error]),
      received: (error, method) => events.push(["received", error, method]),
      matched: (error) => events.push(["matched", error]),
      failed: (call, calls) => events.push(["failed", call, calls]),
    }),
  );
  return events;
}

const only = (events: readonly Event[], wanted: keyof Observer) => events.filter(([what]) => what === wanted);

describe("an observer", () => {
  it("sees each error that a program makes, once, and no copy of it", () => {
    const events = observed();
    const declared = tooManySides();
    const undeclared = new RichError(Code.ABORTED, "no");
    declared.message = "\ud800";
    void RichError.sendable(declared);
    expect(events).toEqual([
      ["thrown", declared],
      ["thrown", undeclared],
    ]);
    expect(events[0]?.[1]).toBe(declared);
  });

  it.each(SHAPES.flatMap((shape) => surfacesOf(shape).map((surface) => [shape, surface.name, surface] as const)))(
    "sees what a client receives of a call (%s, %s), with its method",
    async (shape, _, surface) => {
      const fail = () => {
        throw tooManySides();
      };
      const shapes = await startShapes({ unary: fail, clientStream: fail, serverStream: fail, bidi: fail });
      const events = observed();
      const { error } = await surface.call(shapes, shape);
      expect(error).toBeRichError(TooManySidesError);
      const path = ShapesService[shape].path;
      expect(only(events, "received")).toEqual([["received", error, path]]);
      expect(only(events, "received")[0]?.[1]).toBe(error);
      await expect.poll(() => only(events, "failed").length).toBe(1);
      const [, call] = only(events, "failed")[0] ?? [];
      expect(call).toMatchObject({ method: path, masked: false, late: false, shed: [], problems: [] });
      expect(shapes.failed).toEqual([call]);
    },
  );

  it("sees what is read from a status, a trailer and an HTTP response, without a method", () => {
    const trailer = pack(tooManySides());
    const metadata = new Metadata();
    metadata.set("grpc-status-details-bin", Buffer.from(trailer));
    const events = observed();
    const status = { code: grpcStatus.INVALID_ARGUMENT, details: "", metadata };
    const errors = [
      RichError.from(status, { catalogs: [catalog] }),
      unpack(trailer, { catalogs: [catalog] }),
      fromHttp(503, {}, { code: "CORNERS_BUSY", message: "busy" }, { catalogs: [catalog] }),
    ];
    expect(events).toEqual(errors.map((error) => ["received", error, undefined]));
  });

  it("sees an error match its own class, not that of its enum or RichError", () => {
    const error = tooManySides();
    const events = observed();
    expect([error instanceof RichError, error instanceof CornersBusyError]).toEqual([true, false]);
    expect(events).toEqual([]);
    expect(error instanceof TooManySidesError).toBe(true);
    expect(events).toEqual([["matched", error]]);
  });

  it("sees an error match a contract that names no other", () => {
    const error = tooManySides();
    const path = "/shapes.v1.Shapes/Unary";
    const two: MethodContract = { path, errors: [CornersBusyError, TooManySidesError] };
    const events = observed();
    expect(isErrorOf(two, error)).toBe(true);
    expect(events).toHaveLength(1);
    expect(isErrorOf({ path, errors: [TooManySidesError] }, error)).toBe(true);
    expect(events).toHaveLength(3);
  });

  it("tells the failed calls of two servers apart, which have no onError", async () => {
    const fail = () => {
      throw new TypeError("secret");
    };
    const [one, other] = [await startShapes({ unary: fail }), await startShapes({ unary: fail })];
    const events = observed();
    await expect(one.calls.unary(request())).rejects.toBeRichError();
    await expect(other.calls.unary(request())).rejects.toBeRichError();
    await expect.poll(() => only(events, "failed").length).toBe(2);
    const calls = [one, other].map(({ server }) => server["interceptors"].map(runningCallsOf).find(Boolean));
    expect(only(events, "failed").map(([, , server]) => server)).toEqual(calls);
    expect(calls[0]).not.toBe(calls[1]);
    const failed = only(events, "failed").map(([, call]) => call as FailedCall);
    expect(failed.map(({ masked, error }) => [masked, String(error)])).toEqual([
      [true, "TypeError: secret"],
      [true, "TypeError: secret"],
    ]);
  });

  it("that throws harms neither the program nor other observers", async () => {
    const shapes = await startShapes({
      unary: () => {
        throw tooManySides();
      },
    });
    const refuse = () => {
      throw new Error("no");
    };
    onTestFinished(addObserver({ thrown: refuse, received: refuse, matched: refuse, failed: refuse }));
    const events = observed();
    await expect(shapes.calls.unary(request())).rejects.toBeRichError(TooManySidesError);
    await expect.poll(() => events.map(([what]) => what).sort()).toEqual(["failed", "matched", "received", "thrown"]);
  });

  it("leaves nothing behind when it is removed", () => {
    const remove = [addObserver({}), addObserver({})];
    expect(observers()).toBeDefined();
    for (const one of remove) one();
    for (const one of remove) one();
    expect(observers()).toBeUndefined();
  });

  it("sees errors of another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("grpc-rich-errors");
    expect(copy.RichError).not.toBe(RichError);
    const events = observed();
    const error = new copy.RichError(Code.ABORTED, "no");
    expect(events).toEqual([["thrown", error]]);
  });
});

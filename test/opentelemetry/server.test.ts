import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  Code,
  codeName,
  RichError,
  type RichErrorServerOptions,
  richErrorServerInterceptor,
  richHandlers,
} from "grpc-rich-errors";
import { serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { describe, expect, it, vi } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { tooManySides } from "../support/errors.js";
import { startSdk } from "../support/opentelemetry.js";
import { type Handlers, OK, request, startShapes } from "../support/shapes.js";

type Handler = (...args: readonly unknown[]) => unknown;

/** Starts a server whose handlers run in spans of their own, as an interceptor or a monitor begins them. */
async function startTraced(handlers: Partial<Handlers>, kind: SpanKind, boundary: RichErrorServerOptions = {}) {
  const sdk = startSdk();
  const begun: Span[] = [];
  const guarded = Object.entries(richHandlers(ShapesService, { ...OK, ...handlers }));
  const traced = guarded.map(([name, handler]) => [
    name,
    (...args: unknown[]) =>
      trace.getTracer("test").startActiveSpan(name, { kind }, (span) => {
        begun.push(span);
        return (handler as Handler)(...args);
      }),
  ]);
  const shapes = await startShapes(
    {},
    {
      boundary: { telemetry: serverTelemetry(), ...boundary },
      unguarded: Object.fromEntries(traced) as UntypedServiceImplementation,
    },
  );
  const spans = () => {
    for (const span of begun) span.end();
    return sdk.spans();
  };
  return { ...shapes, ...sdk, spans };
}

const unary = (run: () => unknown): Partial<Handlers> => ({
  unary: async () => {
    run();
    return { index: 0 };
  },
});

const throwing = (make: () => unknown) =>
  unary(() => {
    throw make();
  });

/** The codes that the conventions call errors on a server. */
const ERRORS: readonly Code[] = [
  Code.UNKNOWN,
  Code.DEADLINE_EXCEEDED,
  Code.UNIMPLEMENTED,
  Code.INTERNAL,
  Code.UNAVAILABLE,
  Code.DATA_LOSS,
];

describe("the span of a call", () => {
  it.each(Object.values(Code))("has an error status for a server's code %i only", async (code) => {
    const { calls, spans } = await startTraced(
      throwing(() => new RichError(code, "no")),
      SpanKind.SERVER,
    );
    await expect(calls.unary(request())).rejects.toMatchObject({ code });
    const [span] = spans();
    expect(span?.status).toEqual({ code: ERRORS.includes(code) ? SpanStatusCode.ERROR : SpanStatusCode.UNSET });
    expect(span?.attributes).toMatchObject({
      "rpc.status_code": codeName(code),
      "rpc.method": "shapes.v1.Shapes/Unary",
    });
    expect(span?.attributes["error.type"]).toBe(ERRORS.includes(code) ? codeName(code) : undefined);
  });

  it("is the one in which the handler began, wherever the handler fails", async () => {
    const failing = {
      unary: () =>
        trace.getTracer("test").startActiveSpan("work", async (span): Promise<never> => {
          await null;
          span.end();
          throw tooManySides();
        }),
    };
    const { calls, spans } = await startTraced(failing, SpanKind.SERVER);
    await expect(calls.unary(request())).rejects.toThrow();
    const attributes = Object.fromEntries(spans().map((span) => [span.name, span.attributes["rich_error.reason"]]));
    expect(attributes).toEqual({ work: undefined, unary: "TOO_MANY_SIDES" });
  });

  it("gets an event if it is not the span of a server", async () => {
    const { calls, spans } = await startTraced(
      throwing(() => new Error("hunter2")),
      SpanKind.INTERNAL,
    );
    await expect(calls.unary(request())).rejects.toThrow();
    const [span] = spans();
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.attributes).toEqual({});
    expect(span?.events.map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      {
        name: "rich_error.call_failed",
        attributes: {
          "rpc.system.name": "grpc",
          "rpc.method": "shapes.v1.Shapes/Unary",
          "rpc.status_code": "INTERNAL",
          "error.type": "INTERNAL",
          "rich_error.fault": "SERVER",
          "rich_error.masked": true,
        },
      },
    ]);
  });

  it("stays as it is if the call succeeds", async () => {
    const { calls, spans } = await startTraced({}, SpanKind.SERVER);
    await calls.unary(request());
    const [span] = spans();
    expect([span?.status.code, span?.attributes, span?.events]).toEqual([SpanStatusCode.UNSET, {}, []]);
  });

  it("has the delay of a retry in seconds", async () => {
    const { calls, spans } = await startTraced(
      throwing(() => tooManySides({ retryDelay: 1500 })),
      SpanKind.SERVER,
    );
    await expect(calls.unary(request())).rejects.toThrow();
    expect(spans()[0]?.attributes["rich_error.retry_delay"]).toBe(1.5);
  });
});

describe("the metrics of a server", () => {
  it("have one value for any number of reasons that no proto declares", async () => {
    let calls = 0;
    const { calls: client, points } = await startTraced(
      throwing(() => new RichError(Code.ABORTED, "no", { reason: `REASON_${calls++}`, domain: `d${calls}.example` })),
      SpanKind.SERVER,
    );
    for (let index = 0; index < 20; index++) await expect(client.unary(request())).rejects.toThrow();
    const failed = await points("rich_error.server.failed_calls");
    expect(failed.map(({ count }) => count)).toEqual([20]);
    expect(failed[0]?.attributes).toMatchObject({ "rich_error.reason": "_OTHER", "rich_error.domain": "_OTHER" });
  });

  it("mark an error that the contract of its method does not name", async () => {
    const { calls, points } = await startTraced(
      throwing(() => new RichError(Code.ABORTED, "no")),
      SpanKind.SERVER,
      { contracts: [ShapesContract] },
    );
    await expect(calls.unary(request())).rejects.toThrow();
    const [failed] = await points("rich_error.server.failed_calls");
    expect(failed?.attributes).toMatchObject({ "rich_error.outside_contract": true });
  });

  it("count calls of handlers without richHandlers", async () => {
    const { points } = startSdk();
    const { calls } = await startShapes(
      {},
      {
        boundary: { telemetry: serverTelemetry() },
        unguarded: { unary: (_: unknown, callback: (error: unknown) => void) => callback(tooManySides()) } as never,
      },
    );
    await expect(calls.unary(request())).rejects.toThrow();
    const [failed] = await points("rich_error.server.failed_calls");
    expect(failed?.attributes["rich_error.reason"]).toBe("TOO_MANY_SIDES");
  });

  it("do not count a failure that comes after the end of its call", async () => {
    const { calls, points, late } = await startTraced(
      {
        unary: (call, callback) => {
          callback(null, { index: 0 });
          call.emit("error", tooManySides());
        },
      },
      SpanKind.SERVER,
    );
    await calls.unary(request());
    await vi.waitFor(() => expect(late).toHaveLength(1));
    expect(await points("rich_error.server.failed_calls")).toEqual([]);
    const [duration] = await points("rpc.server.call.duration");
    expect([duration?.count, duration?.attributes["rpc.status_code"]]).toEqual([1, "OK"]);
  });

  it("count no call twice if the server has two interceptors", async () => {
    const { points } = startSdk();
    const telemetry = serverTelemetry();
    const { calls } = await startShapes(
      throwing(() => tooManySides()),
      { boundary: { telemetry }, interceptors: [richErrorServerInterceptor({ telemetry })] },
    );
    await expect(calls.unary(request())).rejects.toThrow();
    const counts = await Promise.all(["rich_error.server.failed_calls", "rpc.server.call.duration"].map(points));
    expect(counts.map((all) => all.map(({ count }) => count))).toEqual([[1], [1]]);
  });
});

import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { Code, RichError, richErrorClientOptions } from "grpc-rich-errors";
import { clientTelemetry, serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { describe, expect, it, vi } from "vitest";
import { serverAttributes } from "../../src/opentelemetry/client.js";
import { catalog, tooManySides } from "../support/errors.js";
import { startSdk } from "../support/opentelemetry.js";
import { type Handlers, request, startShapes } from "../support/shapes.js";

const FAILED = "rich_error.client.failed_calls";
const DURATION = "rpc.client.call.duration";

/** Starts a server, and a client with telemetry. */
async function startWatched(handlers: Partial<Handlers>, catalogs = [catalog]) {
  const sdk = startSdk();
  const client = richErrorClientOptions({ catalogs, telemetry: clientTelemetry() });
  return { ...sdk, ...(await startShapes(handlers, { client })) };
}

/** Makes a call in a span. */
async function inSpan(kind: SpanKind, call: () => Promise<unknown>): Promise<void> {
  await trace.getTracer("test").startActiveSpan("call", { kind }, async (span) => {
    await expect(call()).rejects.toThrow();
    span.end();
  });
}

describe("the span in which a client calls", () => {
  it("gets attributes and an error status if it is the span of the call", async () => {
    const { calls, spans } = await startWatched({
      unary: async () => {
        throw tooManySides({ retryDelay: 250 });
      },
    });
    await inSpan(SpanKind.CLIENT, () => calls.unary(request()));
    const [span] = spans();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(span?.attributes).toMatchObject({
      "rpc.method": "shapes.v1.Shapes/Unary",
      "rpc.status_code": "INVALID_ARGUMENT",
      "error.type": "INVALID_ARGUMENT",
      "rich_error.reason": "TOO_MANY_SIDES",
      "rich_error.retry_delay": 0.25,
    });
  });

  it("gets one event for each failed call otherwise, and no error status", async () => {
    const { calls, spans } = await startWatched({
      unary: async () => {
        throw tooManySides();
      },
    });
    await inSpan(SpanKind.INTERNAL, async () => {
      await calls.unary(request()).catch(() => {});
      await calls.unary(request());
    });
    const [span] = spans();
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(span?.events.map(({ name, attributes }) => [name, attributes?.["rich_error.reason"]])).toEqual([
      ["rich_error.call_failed", "TOO_MANY_SIDES"],
      ["rich_error.call_failed", "TOO_MANY_SIDES"],
    ]);
  });
});

describe("the metrics of a client", () => {
  it("have one value for any number of reasons that its catalogs do not have", async () => {
    let sent = 0;
    const { calls, points } = await startWatched({
      unary: async () => {
        throw new RichError(Code.ABORTED, "no", { reason: `REASON_${sent++}`, domain: `d${sent}.example` });
      },
    });
    for (let index = 0; index < 20; index++) await expect(calls.unary(request())).rejects.toThrow();
    const failed = await points(FAILED);
    expect(failed.map(({ count, attributes }) => [count, attributes["rich_error.reason"]])).toEqual([[20, "_OTHER"]]);
  });

  it("count a stream that its reader leaves as cancelled", async () => {
    const { calls, points } = await startWatched({
      async *serverStream() {
        for (let index = 0; ; index++) yield { index };
      },
    });
    for await (const _ of calls.serverStream(request())) break;
    await vi.waitFor(async () => expect(await points(DURATION)).toHaveLength(1));
    const [duration] = await points(DURATION);
    expect(duration?.attributes["rpc.status_code"]).toBe("CANCELLED");
  });

  it("count a call on a closed client", async () => {
    const { client, calls, points } = await startWatched({});
    client.close();
    await expect(calls.unary(request())).rejects.toMatchObject({ code: Code.UNAVAILABLE });
    const [failed] = await points(FAILED);
    expect(failed?.attributes).toMatchObject({ "rpc.status_code": "UNAVAILABLE", "rich_error.origin": "CLIENT" });
  });

  it("count calls although the SDK was set up after the client", async () => {
    const options = richErrorClientOptions({ telemetry: clientTelemetry() });
    const { calls } = await startShapes({}, { client: options });
    const { points } = startSdk();
    await calls.unary(request());
    expect((await points(DURATION)).map(({ count }) => count)).toEqual([1]);
  });

  it("count the calls since the SDK was set up, although others came before, on both sides", async () => {
    const boundary = { telemetry: serverTelemetry() };
    const client = richErrorClientOptions({ telemetry: clientTelemetry() });
    const { calls } = await startShapes({}, { boundary, client });
    await calls.unary(request());
    const { points } = startSdk();
    await calls.unary(request());
    for (const name of [DURATION, "rpc.server.call.duration"]) {
      expect((await points(name)).map(({ count }) => count)).toEqual([1]);
    }
  });
});

describe("the attributes of a server", () => {
  // The examples of the conventions, and what grpc-js makes of an address.
  it.each<[string, string, number?]>([
    ["grpc.io:50051", "grpc.io", 50051],
    ["dns:grpc.io:50051", "grpc.io", 50051],
    ["dns:grpc.io", "grpc.io"],
    ["dns:///grpc.io:50051", "grpc.io", 50051],
    ["dns://1.2.3.4/grpc.io:50051", "grpc.io", 50051],
    ["ipv4:198.51.100.123:50051", "198.51.100.123", 50051],
    ["ipv6:[2001:db8::1]:50051", "2001:db8::1", 50051],
    ["unix:///run/containerd/containerd.sock", "/run/containerd/containerd.sock"],
    ["unix:/run/socket", "/run/socket"],
    ["zk://zookeeper:2181/my-server", "zk://zookeeper:2181/my-server"],
    ["ipv4:198.51.100.123:50051,198.51.100.124:50051", "ipv4:198.51.100.123:50051,198.51.100.124:50051"],
    ["xds:///orders", "xds:///orders"],
  ])("of the target %s are %s and %s", (target, address, port) => {
    expect(serverAttributes(target)).toEqual({
      "server.address": address,
      ...(port !== undefined && { "server.port": port }),
    });
  });

  it("are missing if the target is not known", () => {
    expect(serverAttributes("")).toEqual({});
  });
});

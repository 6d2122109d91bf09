import { Code as ConnectCode, ConnectError, type Interceptor } from "@connectrpc/connect";
import { Metadata } from "@grpc/grpc-js";
import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { describe, expect, it } from "vitest";
import { BadRequestSchema } from "../../gen/google/rpc/error_details_pb.js";
import { toConnectError } from "../../src/connect/connect-error.js";
import { richErrorConnectInterceptor } from "../../src/connect/interceptor.js";
import {
  type ConnectHandler,
  callOver,
  callWithConnect,
  PROTOCOLS,
  startConnect,
  transportOf,
} from "../support/connect-shapes.js";
import { CornersBusyError, catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { refusing } from "../support/half-servers.js";
import { rawFields, sizeOfFields } from "../support/header-size.js";
import { callWithGrpcJs, callWithNice } from "../support/nice-shapes.js";
import { startSdk } from "../support/opentelemetry.js";
import { rawCall } from "../support/raw.js";
import { SHAPES } from "../support/shapes.js";

const SECRET = "hunter2";

const failingWith = (make: () => unknown): ConnectHandler =>
  async function* () {
    yield* [];
    throw make();
  };

describe.each(SHAPES)("a server of Connect, %s", (shape) => {
  it("sends a declared error to a client of grpc-js", async () => {
    const metadata = new Metadata();
    metadata.set("x-hint", "7");
    metadata.set("x-raw-bin", Buffer.from([1, 255]));
    const { address, failed } = await startConnect(failingWith(() => tooManySides({ metadata, retryDelay: 1500 })));
    const { error } = await callWithGrpcJs(address, shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    const received = error as RichError;
    expect(received.retryDelay).toBe(1500);
    expect([received.metadata?.get("x-hint"), received.metadata?.get("x-raw-bin")]).toEqual([
      ["7"],
      [Buffer.from([1, 255])],
    ]);
    // grpc-js alone shows "sides%2C 12".
    expect(received).toMatchObject({ message: SIDES_MESSAGE, issues: [] });
    expect(failed.map(({ masked, method }) => [masked, method])).toEqual([
      [false, `/shapes.v1.Shapes/${shape.charAt(0).toUpperCase()}${shape.slice(1)}`],
    ]);
  });

  describe.each(PROTOCOLS)("over %s", (protocol) => {
    it("sends a declared error", async () => {
      const metadata = new Metadata();
      metadata.set("x-hint", "7");
      const { address } = await startConnect(failingWith(() => tooManySides({ metadata, retryDelay: 1500 })));
      const { error } = await callWithConnect(address, protocol, shape);
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect(error).toMatchObject({ retryDelay: 1500, issues: [], origin: "SERVER" });
      expect((error as RichError).metadata?.get("x-hint")).toEqual(["7"]);
    });

    it("masks any other error", async () => {
      const { address, failed } = await startConnect(failingWith(() => new Error(SECRET)));
      const { error } = await callWithConnect(address, protocol, shape);
      expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
      expect((error as RichError).standardDetails.requestInfo?.requestId).toBe(failed[0]?.requestId);
    });

    it("passes a ConnectError of a handler with its details and metadata", async () => {
      const fieldViolations = [{ field: "sides", description: "too many" }];
      const details = [{ desc: BadRequestSchema, value: { fieldViolations } }];
      const thrown = () => new ConnectError("no such shape", ConnectCode.NotFound, { "x-hint": "7" }, details);
      const { address, failed } = await startConnect(failingWith(thrown));
      const { error } = await callWithConnect(address, protocol, shape);
      expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "no such shape", issues: [] });
      expect((error as RichError).standardDetails.badRequest?.fieldViolations).toMatchObject(fieldViolations);
      expect((error as RichError).metadata?.get("x-hint")).toEqual(["7"]);
      expect(failed[0]?.error).toBeInstanceOf(ConnectError);
    });
  });
});

describe.each(["serverStream", "bidi"] as const)("a stream of Connect, %s", (shape) => {
  it.each(PROTOCOLS)("delivers its messages before the error, over %s", async (protocol) => {
    const { address } = await startConnect(async function* () {
      yield { index: 0 };
      yield { index: 1 };
      throw tooManySides();
    });
    const { messages, error } = await callWithConnect(address, protocol, shape);
    expect(messages).toEqual([0, 1]);
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("the interceptor of a Connect server", () => {
  it("keeps an error within maxHeaderBytes", async () => {
    const errorDetails = new StandardDetails().setDebugInfo("x".repeat(9000));
    const { address, failed } = await startConnect(failingWith(() => tooManySides({ errorDetails })));
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).shed).toEqual(["DebugInfo"]);
    expect(failed[0]?.shed).toEqual(["DebugInfo"]);
  });

  it.each(["x", ",", "é", "ABC, d/e; "])("counts the bytes that Connect sends for a message of %j", async (unit) => {
    const { address, failed } = await startConnect(failingWith(() => new RichError(Code.NOT_FOUND, unit.repeat(4000))));
    const { blocks } = await rawCall(address, "/shapes.v1.Shapes/Unary");
    const size = Math.max(...blocks.map((block) => sizeOfFields(rawFields(block))));
    expect(size).toBeLessThanOrEqual(4096);
    expect(size).toBeGreaterThan(1500);
    expect(failed).toMatchObject([{ shed: ["message"] }]);
  });

  it("sends a message with a lone surrogate, which Connect cannot encode", async () => {
    const { address } = await startConnect(failingWith(() => new ConnectError("\ud800 gone", ConnectCode.NotFound)));
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "\ufffd gone" });
  });

  it("masks and reports a Proxy that throws whatever one asks it", async () => {
    const refuse = () => {
      throw new Error(SECRET);
    };
    const proxy = new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse });
    const { address, failed } = await startConnect(failingWith(() => proxy));
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(failed).toMatchObject([{ masked: true }]);
    expect((error as RichError).standardDetails.requestInfo?.requestId).toBe(failed[0]?.requestId);
  });

  it("knows an error of toConnectError", async () => {
    const { address, failed } = await startConnect(failingWith(() => toConnectError(tooManySides())));
    expect((await callWithGrpcJs(address, "unary")).error).toBeRichError(TooManySidesError, SIDES);
    expect(failed[0]?.sent).toBeInstanceOf(TooManySidesError);
  });

  it("masks a ConnectError that only repeats the message of another error", async () => {
    const { address } = await startConnect(
      failingWith(() => ConnectError.from(new Error(SECRET), ConnectCode.NotFound)),
    );
    expect((await callWithGrpcJs(address, "unary")).error).toMatchObject({
      code: Code.INTERNAL,
      message: "internal error",
    });
  });

  it.each(PROTOCOLS)("masks an error of another server over %s, unless a catalog declares it", async (protocol) => {
    const upstream = await startConnect(failingWith(() => tooManySides()));
    const passOn: ConnectHandler = async function* () {
      yield* [];
      throw (await callOver(transportOf(protocol, upstream.address), "unary")).error;
    };
    const masking = await startConnect(passOn);
    expect((await callWithGrpcJs(masking.address, "unary")).error).toMatchObject({ code: Code.INTERNAL });
    expect(masking.failed[0]?.problems[0]?.message).toContain("masked an error of a @connectrpc/connect client");
    const forwarding = await startConnect(passOn, { catalogs: [catalog] });
    expect((await callWithGrpcJs(forwarding.address, "unary")).error).toBeRichError(TooManySidesError, SIDES);
  });

  it.each(PROTOCOLS)("masks the address of another server that nobody reaches over %s", async (protocol) => {
    const upstream = await refusing();
    const { address } = await startConnect(async function* () {
      yield* [];
      throw (await callOver(transportOf(protocol, upstream), "unary")).error;
    });
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
  });

  it("masks what other interceptors throw", async () => {
    const other: Interceptor = () => () => Promise.reject(new Error(SECRET));
    const { address } = await startConnect(
      failingWith(() => tooManySides()),
      { others: [other] },
    );
    expect((await callWithGrpcJs(address, "unary")).error).toMatchObject({
      code: Code.INTERNAL,
      message: "internal error",
    });
  });

  it("maps errors of other libraries", async () => {
    const map = [[RangeError, () => new CornersBusyError({ retryDelay: 200 })]] as const;
    const { address } = await startConnect(
      failingWith(() => new RangeError(SECRET)),
      { map },
    );
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toBeInstanceOf(CornersBusyError);
    expect((error as RichError).retryDelay).toBe(200);
  });

  it("refuses unknown options", () => {
    expect(() => richErrorConnectInterceptor({ containUncaught: true } as object)).toThrow(
      "richErrorConnectInterceptor: containUncaught is an option of richErrorServerInterceptor only; remove it",
    );
  });
});

describe.each(SHAPES)("the telemetry of a server of Connect, %s", (shape) => {
  it("counts calls that succeed, fail and are cancelled", async () => {
    const { points } = startSdk();
    const telemetry = serverTelemetry();
    const succeeding = await startConnect(async function* () {}, { telemetry });
    const failing = await startConnect(
      failingWith(() => tooManySides()),
      { telemetry },
    );
    const masking = await startConnect(
      failingWith(() => new Error(SECRET)),
      { telemetry },
    );
    const leaving = new AbortController();
    const waiting = await startConnect(
      async function* ({ signal }) {
        yield* [];
        leaving.abort();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      },
      { telemetry },
    );
    for (const { address } of [succeeding, failing, masking]) await callWithGrpcJs(address, shape);
    await callWithNice(waiting.address, shape, leaving.signal).catch(() => {});
    const failedCalls = () => points("rich_error.server.failed_calls");
    await expect.poll(failedCalls).toHaveLength(3);
    const reasons = (await failedCalls()).map(({ attributes }) => [
      attributes["rpc.status_code"],
      attributes["rich_error.reason"],
      attributes["rich_error.masked"],
    ]);
    expect(reasons).toEqual([
      ["INVALID_ARGUMENT", "TOO_MANY_SIDES", undefined],
      ["INTERNAL", undefined, true],
      ["CANCELLED", undefined, undefined],
    ]);
    const durations = await points("rpc.server.call.duration");
    expect(durations.map(({ attributes, count }) => [attributes["rpc.status_code"], count])).toEqual([
      ["OK", 1],
      ["INVALID_ARGUMENT", 1],
      ["INTERNAL", 1],
      ["CANCELLED", 1],
    ]);
  });
});

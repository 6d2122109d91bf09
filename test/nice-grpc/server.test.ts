import { Metadata } from "@grpc/grpc-js";
import { Code, type FailedCall, type RichError, StandardDetails } from "grpc-rich-errors";
import { serverTelemetry } from "grpc-rich-errors/opentelemetry";
import { createChannel, createClient, ServerError, Status } from "nice-grpc";
import { ErrorInfo, errorDetailsServerMiddleware, RichServerError } from "nice-grpc-error-details";
import { describe, expect, it, onTestFinished } from "vitest";
import { richErrorServerMiddleware } from "../../src/nice-grpc/server.js";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { ShapesContract } from "../gen/shapes/v1/shapes.rich.js";
import { BadShapeError, CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { callWithGrpcJs, callWithNice, type Failing, startNice } from "../support/nice-shapes.js";
import { startSdk } from "../support/opentelemetry.js";
import { request, SHAPES } from "../support/shapes.js";

const SECRET = "hunter2";

/** Fails at once. */
const failingWith = (make: () => unknown): Failing =>
  async function* () {
    yield* [];
    throw make();
  };

describe.each(SHAPES)("a server of nice-grpc, %s", (shape) => {
  it("sends a declared error with its detail", async () => {
    const { address, failed } = await startNice(failingWith(() => tooManySides()));
    const { error } = await callWithGrpcJs(address, shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(failed.map(({ masked, late, method }) => [masked, late, method])).toEqual([
      [false, false, ShapesService[shape].path],
    ]);
  });

  it("masks any other error, and reports it", async () => {
    const { address, failed } = await startNice(failingWith(() => new Error(SECRET)));
    const { error } = await callWithGrpcJs(address, shape);
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(JSON.stringify(error)).not.toContain(SECRET);
    expect(failed).toMatchObject([{ masked: true, error: { message: SECRET } }]);
    expect((error as RichError).standardDetails.requestInfo?.requestId).toBe(failed[0]?.requestId);
  });

  it("passes a ServerError with its code and text", async () => {
    const { address, failed } = await startNice(failingWith(() => new ServerError(Status.NOT_FOUND, "no such shape")));
    const { error } = await callWithGrpcJs(address, shape);
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "no such shape", reason: undefined });
    expect(failed).toMatchObject([{ masked: false }]);
  });

  it("ends with CANCELLED for an AbortError, as nice-grpc does", async () => {
    const abort = () => Object.assign(new Error(SECRET), { name: "AbortError" });
    const { address } = await startNice(failingWith(abort));
    const { error } = await callWithGrpcJs(address, shape);
    expect(error).toMatchObject({ code: Code.CANCELLED, message: "the call was cancelled" });
  });
});

describe.each(["serverStream", "bidi"] as const)("a stream of nice-grpc, %s", (shape) => {
  it("delivers its messages before the error", async () => {
    const { address } = await startNice(async function* () {
      yield { index: 0 };
      yield { index: 1 };
      throw tooManySides();
    });
    const { messages, error } = await callWithGrpcJs(address, shape);
    expect(messages).toEqual([0, 1]);
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });
});

describe("the middleware of a server", () => {
  it("keeps an error within maxHeaderBytes, and says what is missing", async () => {
    const errorDetails = new StandardDetails().setDebugInfo("x".repeat(9000));
    const thrown = () => tooManySides({ errorDetails });
    const { address, failed } = await startNice(failingWith(thrown), { maxHeaderBytes: 2048 });
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).shed).toEqual(["DebugInfo"]);
    expect(failed[0]?.shed).toEqual(["DebugInfo"]);
  });

  it("sends the trailers of the context and those of the error, and its own trailer once", async () => {
    const metadata = new Metadata();
    metadata.set("x-both", "error");
    metadata.set("x-error", "1");
    const { address } = await startNice(async function* ({ trailer }) {
      yield* [];
      trailer
        .set("x-both", "context")
        .set("x-context", "2")
        .set("grpc-status-details-bin", new Uint8Array([255]));
      throw tooManySides({ metadata });
    });
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    const received = (error as RichError).metadata;
    expect([received?.get("x-both"), received?.get("x-error"), received?.get("x-context")]).toEqual([
      ["error"],
      ["1"],
      ["2"],
    ]);
    expect(received?.get("grpc-status-details-bin")).toHaveLength(1);
  });

  it("drops the trailers of the context from a masked error, and says so", async () => {
    const { address, failed } = await startNice(async function* ({ trailer }) {
      yield* [];
      trailer.set("x-secret", SECRET);
      throw new Error(SECRET);
    });
    const { error } = await callWithGrpcJs(address, "unary");
    expect((error as RichError).metadata?.get("x-secret")).toEqual([]);
    expect(failed[0]?.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('left out the metadata of a masked error: "x-secret"'),
    ]);
  });

  it("leaves out trailers that HTTP/2 cannot send, which would crash the process", async () => {
    const { address, failed } = await startNice(async function* ({ trailer }) {
      yield* [];
      trailer.set("connection", "close").set("x-fine", "1");
      throw tooManySides();
    });
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).metadata?.get("x-fine")).toEqual(["1"]);
    expect(failed[0]?.problems.map(({ message }) => message)).toEqual([
      'the metadata field "connection" is left out: it belongs to gRPC or to the connection',
    ]);
  });

  it("leaves out headers that HTTP/2 cannot send, with which the call would hang", async () => {
    const { address } = await startNice(async function* ({ header }) {
      yield* [];
      header.set("connection", "close").set("x-fine", "1");
      throw tooManySides();
    });
    expect((await callWithGrpcJs(address, "unary")).error).toBeRichError(TooManySidesError, SIDES);
  });

  it.each(SHAPES)("leaves them out of a call that succeeds too, %s", async (shape) => {
    const { address } = await startNice(async function* ({ header, trailer }) {
      header.set("connection", "close").set("x-fine", "1");
      trailer.set("te", "trailers").set("x-fine", "1");
      yield { index: 3 };
    });
    expect(await callWithGrpcJs(address, shape)).toEqual({ messages: [3], error: undefined });
  });

  it("sends a message with a lone surrogate, which crashes a plain server", async () => {
    const { address } = await startNice(failingWith(() => new ServerError(Status.NOT_FOUND, "\ud800 gone")));
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "\ufffd gone" });
  });

  it("masks and reports a Proxy that throws whatever one asks it", async () => {
    const refuse = () => {
      throw new Error(SECRET);
    };
    const proxy = new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse });
    const { address, failed } = await startNice(failingWith(() => proxy));
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
    expect(failed).toMatchObject([{ masked: true }]);
    expect((error as RichError).standardDetails.requestInfo?.requestId).toBe(failed[0]?.requestId);
  });

  it("masks what other middleware throws", async () => {
    const { address } = await startNice(
      failingWith(() => tooManySides()),
      {
        before: [
          async function* () {
            yield* [];
            throw new Error(SECRET);
          },
        ],
      },
    );
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.INTERNAL, message: "internal error" });
  });

  it("masks an error of another server, unless a catalog declares it", async () => {
    const upstream = await startNice(failingWith(() => tooManySides()));
    const passOn: Failing = async function* () {
      const channel = createChannel(upstream.address);
      onTestFinished(() => channel.close());
      yield await createClient(ShapesService, channel).unary(request());
    };
    const { address, failed } = await startNice(passOn);
    expect((await callWithGrpcJs(address, "unary")).error).toMatchObject({ code: Code.INTERNAL });
    expect(failed[0]?.problems[0]?.message).toContain("masked an error of a nice-grpc client");
  });

  it("forwards an error that a client with the middleware received", async () => {
    const { address: upstream } = await startNice(failingWith(() => tooManySides()));
    const passOn: Failing = async function* ({ signal }, shape) {
      yield* [];
      throw (await callWithNice(upstream, shape, signal)).error;
    };
    const { address } = await startNice(passOn, { catalogs: [catalog] });
    expect((await callWithGrpcJs(address, "unary")).error).toBeRichError(TooManySidesError, SIDES);
    const { address: strict } = await startNice(passOn);
    expect((await callWithGrpcJs(strict, "unary")).error).toMatchObject({ code: Code.INTERNAL });
  });

  it("maps errors of other libraries", async () => {
    const { address } = await startNice(
      failingWith(() => new RangeError(SECRET)),
      {
        map: [[RangeError, () => new CornersBusyError({ retryDelay: 200 })]],
      },
    );
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toBeInstanceOf(CornersBusyError);
    expect((error as RichError).retryDelay).toBe(200);
  });

  it("passes the details of nice-grpc-error-details, whose middleware stays in place", async () => {
    const details = [ErrorInfo.fromPartial({ reason: "OLD", domain: "shop.example" })];
    const thrown = () => new RichServerError(Status.NOT_FOUND, "gone", details);
    const { address } = await startNice(failingWith(thrown), { before: [errorDetailsServerMiddleware] });
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "gone", reason: "OLD", domain: "shop.example" });
  });

  it("reports an error that comes after the client cancelled as late", async () => {
    let onError = (_: FailedCall) => {};
    const reported = new Promise((resolve) => {
      onError = ({ late, sent }) => resolve([late, sent.reason]);
    });
    const { address } = await startNice(
      async function* ({ signal }) {
        yield { index: 0 };
        await new Promise((aborted) => signal.addEventListener("abort", aborted));
        throw tooManySides();
      },
      { onError: (call) => onError(call) },
    );
    const channel = createChannel(address);
    onTestFinished(() => channel.close());
    for await (const _ of createClient(ShapesService, channel).serverStream(request())) break;
    expect(await reported).toEqual([true, "TOO_MANY_SIDES"]);
  });

  it.each([
    [
      { passStatusMetadata: true },
      "richErrorServerMiddleware: passStatusMetadata is an option of richErrorServerInterceptor only; remove it",
    ],
    [{ catalog: [] }, 'richErrorServerMiddleware: the option "catalog" is unknown; write "catalogs"'],
    [{ maxHeaderBytes: "8192" }, 'richErrorServerMiddleware: maxHeaderBytes is "8192", not a whole number'],
  ])("refuses %o", (options, message) => {
    expect(() => richErrorServerMiddleware(options as object)).toThrow(message);
  });

  it("masks an error that the contract of its method does not name", async () => {
    const { address, failed } = await startNice(
      failingWith(() => new BadShapeError({ fieldViolations: [] })),
      { contracts: [ShapesContract], strictContracts: true },
    );
    const { error } = await callWithGrpcJs(address, "unary");
    expect(error).toMatchObject({ code: Code.INTERNAL });
    expect(failed).toMatchObject([{ outsideContract: true, masked: true }]);
  });
});

describe.each(SHAPES)("the telemetry of a server of nice-grpc, %s", (shape) => {
  it("counts calls that succeed, fail and are cancelled", async () => {
    const { points } = startSdk();
    const telemetry = serverTelemetry();
    const succeeding = await startNice(async function* () {}, { telemetry });
    const failing = await startNice(
      failingWith(() => tooManySides()),
      { telemetry },
    );
    const masking = await startNice(
      failingWith(() => new Error(SECRET)),
      { telemetry },
    );
    const leaving = new AbortController();
    const waiting = await startNice(
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

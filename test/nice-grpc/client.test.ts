import fc from "fast-check";
import { Code, type RichError } from "grpc-rich-errors";
import { richErrorClientMiddleware } from "grpc-rich-errors/nice-grpc";
import { ClientError, createChannel, createClientFactory, Metadata } from "nice-grpc";
import { retryMiddleware } from "nice-grpc-client-middleware-retry";
import { describe, expect, it, onTestFinished } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { h2, refusing } from "../support/half-servers.js";
import { callWithNice, startNice } from "../support/nice-shapes.js";
import { request, SHAPES, startShapes } from "../support/shapes.js";

describe.each(SHAPES)("a client of nice-grpc, %s", (shape) => {
  it("throws the declared class", async () => {
    const { address } = await startShapes({
      unary: () => {
        throw tooManySides();
      },
      clientStream: () => {
        throw tooManySides();
      },
      serverStream: () => {
        throw tooManySides();
      },
      bidi: () => {
        throw tooManySides();
      },
    });
    const { error } = await callWithNice(address, shape);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect((error as RichError).stack).toMatch(/^TooManySidesError: chiliagon has .*\n {4}at /);
  });

  it("throws an error for a malformed trailer, which crashes other clients", async () => {
    const address = await trailersOnly({ "grpc-status-details-bin": "////", "grpc-message": "gone" });
    const { error } = await callWithNice(address, shape);
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "gone" });
    expect((error as RichError).issues.map(({ kind }) => kind)).toContain("malformed-status");
  });

  it("knows that no server responded", async () => {
    const { error } = await callWithNice(await refusing(), shape);
    expect(error).toMatchObject({ code: Code.UNAVAILABLE, origin: "TRANSPORT", outcome: "NOT_APPLIED" });
  });

  it("throws nice-grpc's AbortError if the caller aborts", async () => {
    const { error } = await callWithNice(await refusing(), shape, AbortSignal.abort());
    expect(error).toMatchObject({ name: "AbortError" });
  });
});

/** Ends every call with NOT_FOUND in its headers. */
function trailersOnly(headers: Record<string, string>): Promise<string> {
  return h2((stream) =>
    stream.respond(
      { ":status": 200, "content-type": "application/grpc", "grpc-status": "5", ...headers },
      { endStream: true },
    ),
  );
}

describe("the middleware of a client", () => {
  it("survives any trailer", async () => {
    const trailers = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 40 }), { numRuns: 100, seed: 7 });
    const queue = trailers.map((bytes) => Buffer.from(bytes).toString("base64"));
    const address = await h2((stream) =>
      stream.respond(
        {
          ":status": 200,
          "content-type": "application/grpc",
          "grpc-status": "5",
          "grpc-status-details-bin": queue.pop(),
        },
        { endStream: true },
      ),
    );
    const channel = createChannel(address);
    onTestFinished(() => channel.close());
    const client = createClientFactory().use(richErrorClientMiddleware()).create(ShapesService, channel);
    const errors = trailers.map(() => client.unary(request()).catch((error: unknown) => error));
    for (const error of await Promise.all(errors)) expect(error).toMatchObject({ code: Code.NOT_FOUND });
  });

  it.each(["serverStream", "bidi"] as const)("reads the messages before the error, %s", async (shape) => {
    const { address } = await startNice(async function* () {
      yield { index: 0 };
      yield { index: 1 };
      throw tooManySides();
    });
    const { messages, error } = await callWithNice(address, shape);
    expect(messages).toEqual([0, 1]);
    expect(error).toBeRichError(TooManySidesError, SIDES);
  });

  it("believes grpc-status where the trailer contradicts it", async () => {
    // A google.rpc.Status with the code 0.
    const { error } = await callWithNice(await trailersOnly({ "grpc-status-details-bin": "EgJvaw" }), "bidi");
    expect(error).toMatchObject({ code: Code.NOT_FOUND });
    expect((error as RichError).issues.map(({ kind }) => kind)).toContain("code-mismatch");
  });

  it("knows that a server responded before it passed on an error of its own client", async () => {
    const { address } = await startShapes({
      unary: (call, callback) => {
        call.sendMetadata(new (call.metadata.constructor as typeof import("@grpc/grpc-js").Metadata)());
        callback({ code: Code.UNAVAILABLE, details: "No connection established. Last error: none" });
      },
    });
    expect((await callWithNice(address, "unary")).error).toMatchObject({ origin: "SERVER" });
  });

  it("lets middleware that is attached before it retry", async () => {
    let attempts = 0;
    const { address } = await startShapes({
      unary: () => {
        if (++attempts < 3) throw new CornersBusyError();
        throw tooManySides();
      },
    });
    const channel = createChannel(address);
    onTestFinished(() => channel.close());
    const client = createClientFactory()
      .use(retryMiddleware)
      .use(richErrorClientMiddleware({ catalogs: [catalog] }))
      .create(ShapesService, channel);
    const options = { retry: true, retryMaxAttempts: 5, retryBaseDelayMs: 1 };
    await expect(client.unary(request(), options)).rejects.toBeRichError(TooManySidesError, SIDES);
    expect(attempts).toBe(3);
  });

  it("calls onHeader and onTrailer of the caller", async () => {
    const { address } = await startShapes({
      unary: () => {
        throw tooManySides();
      },
    });
    const channel = createChannel(address);
    onTestFinished(() => channel.close());
    const client = createClientFactory().use(richErrorClientMiddleware()).create(ShapesService, channel);
    let trailer = Metadata();
    const call = client.unary(request(), {
      onTrailer: (received) => {
        trailer = received;
      },
    });
    await expect(call).rejects.not.toBeInstanceOf(ClientError);
    expect(trailer.get("grpc-status-details-bin")).toBeInstanceOf(Uint8Array);
  });

  it("refuses unknown options", () => {
    expect(() => richErrorClientMiddleware({ catalog: [] } as object)).toThrow(
      'richErrorClientMiddleware: the option "catalog" is unknown',
    );
  });
});

import { RichError, StandardDetails, unpack } from "grpc-rich-errors";
import { unpackTrailer } from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { ShapesService } from "../gen/shapes/v1/shapes.js";
import { catalog, SIDES, TooManySidesError, tooManySides } from "../support/errors.js";
import { bytesOf, rawCall } from "../support/raw.js";
import { SHAPES, startShapes } from "../support/shapes.js";
import { expectNothingUncaught } from "../support/watch.js";
import { messagesBefore, WAYS } from "../support/ways.js";

// The bytes on the wire, as a client sees them that knows only HTTP/2.

expectNothingUncaught();

const TRAILER = "grpc-status-details-bin";

describe("an error before the first message", () => {
  for (const shape of SHAPES) {
    for (const way of WAYS.filter(({ shapes, moments }) => shapes.includes(shape) && moments.includes("before"))) {
      it(`is one header frame that ends the stream when a ${shape} handler ${way.name}`, async () => {
        const shapes = await startShapes({ [shape]: way.handler(tooManySides(), "before", shape) });
        const { frames, trailers } = await rawCall(shapes.address, ShapesService[shape].path);
        expect(frames).toEqual(["HEADERS+END_STREAM"]);
        expect(trailers["grpc-status"]).toBe("3");
        expect(unpackTrailer(String(trailers[TRAILER]), { catalogs: [catalog] })).toBeRichError(
          TooManySidesError,
          SIDES,
        );
      });
    }
  }
});

describe("an error after a message", () => {
  it.each(["serverStream", "bidi"] as const)("comes in trailers after the messages of a %s call", async (shape) => {
    for (const way of WAYS.filter(({ shapes, moments }) => shapes.includes(shape) && moments.includes("between"))) {
      const shapes = await startShapes({ [shape]: way.handler(tooManySides(), "between", shape) });
      const { frames, trailers } = await rawCall(shapes.address, ShapesService[shape].path);
      expect(messagesBefore("between", shape)).toHaveLength(1);
      expect([way.name, frames]).toEqual([way.name, ["HEADERS", "DATA", "HEADERS+END_STREAM"]]);
      expect(trailers["grpc-status"]).toBe("3");
    }
  });
});

describe("the trailer", () => {
  const full = () =>
    new TooManySidesError(SIDES, {
      retryDelay: 20,
      help: [{ description: "sides", url: "https://shapes.example.com/sides" }],
      errorDetails: new StandardDetails().setResourceInfo({ resourceName: "chiliagon" }).setRequestInfo("r-1"),
    });

  it("has ErrorInfo first, then the extras, and the typed detail last", async () => {
    const shapes = await startShapes({
      unary: () => {
        throw full();
      },
    });
    const { trailers } = await rawCall(shapes.address, ShapesService.unary.path);
    expect(unpack(bytesOf(trailers[TRAILER])).errorDetails.map(({ typeUrl }) => typeUrl)).toEqual([
      "type.googleapis.com/google.rpc.ErrorInfo",
      "type.googleapis.com/google.rpc.RetryInfo",
      "type.googleapis.com/google.rpc.Help",
      "type.googleapis.com/google.rpc.ResourceInfo",
      "type.googleapis.com/google.rpc.RequestInfo",
      "type.googleapis.com/shapes.v1.TooManySidesErrorDetails",
    ]);
  });

  it("has the same bytes for equal errors, in every shape", async () => {
    const seen = new Set<unknown>();
    for (const shape of SHAPES) {
      const shapes = await startShapes({
        [shape]: () => {
          throw full();
        },
      });
      for (let calls = 0; calls < 2; calls++) {
        seen.add((await rawCall(shapes.address, ShapesService[shape].path)).trailers[TRAILER]);
      }
    }
    expect([...seen]).toEqual([expect.any(String)]);
  });

  it("agrees with grpc-status and grpc-message", async () => {
    const shapes = await startShapes({
      unary: () => {
        throw new RichError(9, "100 % 日本\n", { reason: "ODD", domain: "test" });
      },
    });
    const { trailers } = await rawCall(shapes.address, ShapesService.unary.path);
    const { code, message } = unpack(bytesOf(trailers[TRAILER]));
    expect(String(code)).toBe(trailers["grpc-status"]);
    expect(message).toBe(decodeURI(String(trailers["grpc-message"])));
  });

  it("occurs once, even if the handler sets one itself", async () => {
    const { metadata } = await firstError();
    const shapes = await startShapes({
      unary: () => {
        throw new TooManySidesError(SIDES, metadata ? { metadata } : {});
      },
    });
    const { trailers } = await rawCall(shapes.address, ShapesService.unary.path);
    expect(unpackTrailer(bytesOf(trailers[TRAILER]), { catalogs: [catalog] })).toBeRichError(TooManySidesError, SIDES);
  });

  it("is absent if the error has no details", async () => {
    const shapes = await startShapes({
      unary: () => {
        throw new RichError(5, "gone");
      },
    });
    const { trailers } = await rawCall(shapes.address, ShapesService.unary.path);
    expect(trailers).not.toHaveProperty(TRAILER);
  });
});

describe("the request id of a masked error", () => {
  const masked = () => {
    throw new Error("x");
  };

  it.each([
    ["the caller's x-request-id", { "x-request-id": "abc-123" }, "abc-123"],
    [
      "a new one if the caller's is not an id",
      { "x-request-id": "a b<script>" },
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ],
    [
      "a new one if the caller's is too long",
      { "x-request-id": "a".repeat(129) },
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ],
    ["a new one if the caller has none", {}, expect.stringMatching(/^[0-9a-f-]{36}$/)],
  ])("is %s", async (_, headers, requestId) => {
    const shapes = await startShapes({ bidi: masked });
    const { trailers } = await rawCall(shapes.address, ShapesService.bidi.path, [], headers);
    const sent = unpackTrailer(String(trailers[TRAILER]));
    expect(sent.standardDetails.requestInfo).toEqual({ requestId, servingData: "" });
    expect(shapes.failed).toMatchObject([{ masked: true, requestId: sent.standardDetails.requestInfo?.requestId }]);
  });
});

/** An error of an upstream server, as a client received it. */
async function firstError(): Promise<RichError> {
  const upstream = await startShapes({
    unary: () => {
      throw tooManySides();
    },
  });
  try {
    await upstream.calls.unary({ scenario: "", before: 0 });
  } catch (error) {
    return RichError.from(error);
  }
  throw new Error("the call succeeded");
}

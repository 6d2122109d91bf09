import { Code as ConnectCode, ConnectError } from "@connectrpc/connect";
import { Metadata } from "@grpc/grpc-js";
import { Code, pack, RichError, StandardDetails } from "grpc-rich-errors";
import { fromConnectError, toConnectError } from "grpc-rich-errors/connect";
import { describe, expect, it } from "vitest";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { callOver, PROTOCOLS, startConnect, transportOf } from "../support/connect-shapes.js";
import { catalog, SIDES, SIDES_MESSAGE, TooManySidesError, tooManySides } from "../support/errors.js";
import { h2, refusing } from "../support/half-servers.js";
import { SHAPES } from "../support/shapes.js";

const catalogs = [catalog];

describe("toConnectError", () => {
  it("keeps code, message, details and metadata", () => {
    const metadata = new Metadata();
    metadata.add("x-hint", "7");
    metadata.add("x-hint", "8");
    metadata.set("x-raw-bin", Buffer.from([1, 255]));
    const error = tooManySides({ metadata });
    const converted = toConnectError(error);
    expect(converted).toBeInstanceOf(ConnectError);
    expect(converted).toMatchObject({ code: ConnectCode.InvalidArgument, rawMessage: SIDES_MESSAGE, cause: error });
    expect(converted.findDetails(ErrorInfoSchema)[0]?.reason).toBe("TOO_MANY_SIDES");
    expect(converted.details.map((detail) => "type" in detail && detail.type)).toEqual([
      "google.rpc.ErrorInfo",
      "shapes.v1.TooManySidesErrorDetails",
    ]);
    expect(Object.fromEntries(converted.metadata)).toEqual({ "x-hint": "7, 8", "x-raw-bin": "Af8" });
  });

  it("leaves out the metadata of a received error", () => {
    const metadata = new Metadata();
    metadata.set("authorization", "secret");
    const received = RichError.from({ code: Code.NOT_FOUND, details: "gone", metadata });
    expect([...toConnectError(received).metadata]).toEqual([]);
  });

  it("comes back as the same class", () => {
    const error = fromConnectError(toConnectError(tooManySides()), { catalogs });
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.issues).toEqual([]);
  });

  it("sends a message with a lone surrogate", () => {
    expect(toConnectError(new RichError(Code.INTERNAL, "\ud800")).rawMessage).toBe("\ufffd");
  });
});

describe("fromConnectError", () => {
  describe.each(PROTOCOLS)("over %s", (protocol) => {
    it.each(SHAPES)("gives the declared class, %s", async (shape) => {
      const { address } = await startConnect(
        async function* () {
          yield* [];
          throw toConnectError(tooManySides({ retryDelay: 1500 }));
        },
        { plain: true },
      );
      const { error: thrown } = await callOver(transportOf(protocol, address), shape);
      expect(thrown).toBeInstanceOf(ConnectError);
      const error = fromConnectError(thrown, { catalogs });
      expect(error).toBeRichError(TooManySidesError, SIDES);
      expect(error).toMatchObject({ message: SIDES_MESSAGE, retryDelay: 1500, origin: "SERVER", issues: [] });
    });

    it("knows that no server responded", async () => {
      const { error } = await callOver(transportOf(protocol, await refusing()), "unary");
      const expected = { code: Code.UNAVAILABLE, origin: "TRANSPORT", outcome: "NOT_APPLIED" };
      expect(fromConnectError(error)).toMatchObject(expected);
    });

    it("knows that the client ended the call", async () => {
      const { address } = await startConnect(async function* ({ signal }) {
        yield* [];
        await new Promise((aborted) => signal.addEventListener("abort", aborted));
      });
      const { error } = await callOver(transportOf(protocol, address), "unary", AbortSignal.timeout(50));
      expect(fromConnectError(error)).toMatchObject({
        code: Code.CANCELLED,
        origin: "CLIENT",
        outcome: "MAYBE_APPLIED",
      });
    });
  });

  it("packs the details of a handler", () => {
    const details = [{ desc: BadRequestSchema, value: { fieldViolations: [{ field: "a", description: "b" }] } }];
    const error = fromConnectError(new ConnectError("no", ConnectCode.InvalidArgument, {}, details));
    expect(error.standardDetails.badRequest?.fieldViolations).toMatchObject([{ field: "a", description: "b" }]);
  });

  it("has an issue for a detail that cannot be encoded", () => {
    const details = [{ desc: RetryInfoSchema, value: { retryDelay: { nanos: 0.5 } } }];
    const error = fromConnectError(new ConnectError("no", ConnectCode.NotFound, {}, details));
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "no" });
    expect(error.issues).toMatchObject([
      { kind: "malformed-detail", message: expect.stringContaining("google.rpc.RetryInfo cannot be encoded: ") },
    ]);
  });

  it("believes grpc-status where Connect believes the trailer", async () => {
    const trailer = Buffer.from(pack(new RichError(Code.INTERNAL, "other"))).toString("base64");
    const address = await trailersOnly({
      "grpc-status": "5",
      "grpc-message": "gone%2C all",
      "grpc-status-details-bin": trailer,
    });
    const { error: thrown } = await callOver(transportOf("gRPC", address), "unary");
    expect(thrown).toMatchObject({ code: ConnectCode.Internal });
    const error = fromConnectError(thrown);
    expect(error).toMatchObject({ code: Code.NOT_FOUND, message: "gone, all" });
    expect(error.issues.map(({ kind }) => kind)).toEqual(["code-mismatch", "message-mismatch"]);
  });

  it("returns a RichError as it is, and reads other values as RichError.from does", () => {
    const error = tooManySides();
    expect(fromConnectError(error)).toBe(error);
    expect(fromConnectError(new Error("odd"))).toMatchObject({ code: Code.UNKNOWN, message: "odd" });
    expect(fromConnectError(undefined)).toMatchObject({ code: Code.UNKNOWN });
    expect(fromConnectError({ code: 5, details: "gone" })).toMatchObject({ code: Code.NOT_FOUND, message: "gone" });
  });

  it.each([
    { metadata: undefined },
    { details: 7 },
    { code: 99 },
    { rawMessage: null },
    { details: [null, {}, { type: 7 }] },
  ])("does not throw for a ConnectError with %o", (change) => {
    const error = Object.assign(new ConnectError("odd", ConnectCode.NotFound), change);
    expect(fromConnectError(error)).toBeInstanceOf(RichError);
  });

  it("refuses unknown options", () => {
    expect(() => fromConnectError(undefined, { catalog } as object)).toThrow(
      'fromConnectError: the option "catalog" is unknown',
    );
  });

  it("keeps standard details", () => {
    const errorDetails = new StandardDetails().addFieldViolation("sides", "too many");
    const error = fromConnectError(toConnectError(new RichError(Code.INVALID_ARGUMENT, "no", { errorDetails })));
    expect(error.standardDetails.badRequest?.fieldViolations).toMatchObject([{ field: "sides" }]);
  });
});

function trailersOnly(headers: Record<string, string>): Promise<string> {
  return h2((stream) =>
    stream.respond({ ":status": 200, "content-type": "application/grpc+proto", ...headers }, { endStream: true }),
  );
}

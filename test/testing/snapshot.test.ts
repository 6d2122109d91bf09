import { Code, pack, RichError, toStatus, unpack } from "grpc-rich-errors";
import { DebugInfo, packDetail, RequestInfo } from "grpc-rich-errors/details";
import { richErrorSerializer } from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { BadShapeError, CornersBusyError, catalog, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";

const sides = () =>
  new TooManySidesError(
    { sides: 5n, shape: "disc", limit: { most: 4n } },
    { info: { tenant: "t-1" }, retryDelay: 200 },
  );

describe("the snapshot of an error", () => {
  it("has its class, its identity, its message and its details", () => {
    expect(sides()).toMatchInlineSnapshot(`
      TooManySidesError {
        code: INVALID_ARGUMENT
        reason: TOO_MANY_SIDES
        domain: shapes.example.com
        message: "disc has 5 sides, 4 {at most}"
        detail: { limit: { most: 4n }, shape: "disc", sides: 5n }
        metadata: { code: "1", tenant: "t-1" }
        google.rpc.RetryInfo: { retryDelay: { nanos: 200000000, seconds: "0" } }
      }
    `);
    expect(new CornersBusyError()).toMatchInlineSnapshot(`
      CornersBusyError {
        code: UNAVAILABLE
        reason: CORNERS_BUSY
        domain: shapes.example.com
        message: "corners busy"
        metadata: { code: "11" }
        google.rpc.RetryInfo: { retryDelay: { nanos: 500000000, seconds: "1" } }
      }
    `);
    expect(new RichError(Code.ABORTED, "no")).toMatchInlineSnapshot(`
      RichError {
        code: ABORTED
        message: "no"
      }
    `);
  });

  it("is indented in other values", () => {
    expect({ errors: [new CornersBusyError()], last: sides() }).toMatchInlineSnapshot(`
      {
        "errors": [
          CornersBusyError {
            code: UNAVAILABLE
            reason: CORNERS_BUSY
            domain: shapes.example.com
            message: "corners busy"
            metadata: { code: "11" }
            google.rpc.RetryInfo: { retryDelay: { nanos: 500000000, seconds: "1" } }
          },
        ],
        "last": TooManySidesError {
          code: INVALID_ARGUMENT
          reason: TOO_MANY_SIDES
          domain: shapes.example.com
          message: "disc has 5 sides, 4 {at most}"
          detail: { limit: { most: 4n }, shape: "disc", sides: 5n }
          metadata: { code: "1", tenant: "t-1" }
          google.rpc.RetryInfo: { retryDelay: { nanos: 200000000, seconds: "0" } }
        },
      }
    `);
  });

  it("is the same for a received error", () => {
    const received = unpack(pack(sides()), { catalogs: [catalog] });
    expect(textOf(received)).toBe(textOf(sides()));
  });

  it("leaves out what differs in each run", () => {
    const error = new RichError(
      Code.UNAVAILABLE,
      "connect ECONNREFUSED 127.0.0.1:41234 or [::1]:50051, request 0d9b1f5c-8f9b-4a52-9b59-3a1f7c6a8e11",
      {
        cause: new Error("a secret"),
        errorDetails: [
          packDetail(RequestInfo, { requestId: "0d9b1f5c-8f9b-4a52-9b59-3a1f7c6a8e11", servingData: "" }),
          packDetail(DebugInfo, { stackEntries: ["at /home/me/x.ts:5"], detail: "at localhost:3000" }),
        ],
      },
    );
    expect(error).toMatchInlineSnapshot(`
      RichError {
        code: UNAVAILABLE
        message: "connect ECONNREFUSED 127.0.0.1:<port> or [::1]:<port>, request <uuid>"
        google.rpc.RequestInfo: { requestId: <request id>, servingData: "" }
        google.rpc.DebugInfo: { detail: "at localhost:<port>", stackEntries: <stack> }
      }
    `);
  });

  it("does not depend on the order of fields", () => {
    const [one, other] = [
      { shape: "disc", sides: 5n, limit: undefined },
      { limit: undefined, sides: 5n, shape: "disc" },
    ];
    expect(textOf(new TooManySidesError(one))).toBe(textOf(new TooManySidesError(other)));
  });

  it("shows issues and lists", () => {
    const bytes = pack(sides());
    expect(unpack(bytes.subarray(0, bytes.length - 3), { catalogs: [catalog] })).toMatchInlineSnapshot(`
      TooManySidesError {
        code: INVALID_ARGUMENT
        reason: TOO_MANY_SIDES
        domain: shapes.example.com
        message: "disc has 5 sides, 4 {at most}"
        detail: { limit: undefined, shape: "", sides: 0n }
        metadata: { code: "1", tenant: "t-1" }
        google.rpc.RetryInfo: { retryDelay: { nanos: 200000000, seconds: "0" } }
        issues: [
          "malformed-status: the trailer is not a google.rpc.Status: a field is longer than the remaining bytes"
          "missing-detail: the peer sent no detail of the type \\"shapes.v1.TooManySidesErrorDetails\\"; error.detail is an empty message"
        ]
      }
    `);
    expect(
      new BadShapeError({
        fieldViolations: [{ field: "a", description: "b", reason: "R", localizedMessage: undefined }],
      }),
    ).toMatchInlineSnapshot(`
      BadShapeError {
        code: INVALID_ARGUMENT
        reason: BAD_SHAPE
        domain: shapes.example.com
        message: "bad shape"
        detail: {
          fieldViolations: [
            {
              description: "b"
              field: "a"
              localizedMessage: undefined
              reason: "R"
            }
          ]
        }
        metadata: { code: "12" }
      }
    `);
  });

  it("is that of RichErrors only", () => {
    for (const other of [new Error("no"), toStatus(sides()), undefined, "no"]) {
      expect(richErrorSerializer.test(other)).toBe(false);
    }
  });
});

function textOf(error: RichError): string {
  return richErrorSerializer.serialize(error, {}, "");
}

import { AssertionError } from "node:assert";
import { Code, pack, RichError, toStatus } from "grpc-rich-errors";
import { BadRequest, packDetail, RetryInfo } from "grpc-rich-errors/details";
import { toHttp } from "grpc-rich-errors/http";
import {
  assertErrorDetail,
  assertReason,
  assertRejectsWithRichError,
  assertRichError,
  readRichError,
  testServer,
} from "grpc-rich-errors/testing";
import { describe, expect, it } from "vitest";
import { ShapesClient, ShapesService } from "../gen/shapes/v1/shapes.js";
import { CornersBusyError, catalog, ShapeError, TooManySidesError } from "../gen/shapes/v1/shapes.rich.js";
import { request } from "../support/shapes.js";

const DETAIL = { shape: "disc", sides: 5n, limit: { most: 4n } };
const sides = () => new TooManySidesError(DETAIL, { retryDelay: 200 });

/** Returns the AssertionError that a function throws. */
function failure(assert: () => unknown): AssertionError {
  try {
    assert();
  } catch (error) {
    if (error instanceof AssertionError) return error;
    throw error;
  }
  throw new Error("the assertion passed");
}

describe("assertRichError", () => {
  it("accepts errors of the class with the given fields", () => {
    assertRichError(sides());
    assertRichError(sides(), ShapeError);
    assertRichError(sides(), TooManySidesError, { limit: { most: 4n } });
    assertRichError(sides(), TooManySidesError, {});
    expect(failure(() => assertRichError(sides(), CornersBusyError)).message).toMatch(
      /^expected a CornersBusyError, but got a TooManySidesError: disc/,
    );
    expect(failure(() => assertRichError(sides(), TooManySidesError, { sides: 6n })).message).toContain(
      "-   sides: 6n\n+   sides: 5n",
    );
  });

  it("throws an AssertionError whose stack begins in the test", () => {
    const error = failure(() => assertRichError(5));
    expect(error.code).toBe("ERR_ASSERTION");
    expect(error.stack?.split("\n").find((line) => line.includes(" at "))).toContain("assertions.test.ts");
  });

  it("refuses an error that is only packed, because its type would be wrong", () => {
    expect(failure(() => assertRichError(pack(sides()), TooManySidesError)).message).toBe(
      "expected an instance of TooManySidesError, but the error is still packed; read it with readRichError",
    );
  });

  it("compares with asymmetric matchers of other libraries", () => {
    const positive = {
      asymmetricMatch: (value: unknown) => typeof value === "bigint" && value > 0n,
      toString: () => "Positive",
    };
    assertRichError(sides(), TooManySidesError, { sides: positive as never });
    const { message } = failure(() => assertRichError(sides(), TooManySidesError, { shape: positive as never }));
    expect(message).toContain('-   shape: Positive\n+   shape: "disc"');
  });
});

describe("assertReason and assertErrorDetail", () => {
  it("accept and refuse", () => {
    assertReason(sides(), "TOO_MANY_SIDES");
    assertReason(sides(), "TOO_MANY_SIDES", "shapes.example.com");
    assertErrorDetail(sides(), RetryInfo, { retryDelay: { nanos: 200_000_000 } });
    expect(failure(() => assertReason(sides(), "TOO_FEW_SIDES")).message).toContain(
      "- reason: TOO_FEW_SIDES\n+ reason: TOO_MANY_SIDES",
    );
    expect(failure(() => assertReason(new Error("no"), "X")).message).toBe(
      "expected a RichError, but got [Error: no], which is not a gRPC error",
    );
    expect(failure(() => assertErrorDetail(sides(), BadRequest)).message).toContain(
      "Its details: google.rpc.ErrorInfo, google.rpc.RetryInfo",
    );
  });

  it("accept a detail if any of several has the fields", () => {
    const violation = { description: "", reason: "", localizedMessage: undefined };
    const details = ["a", "b"].map((field) => packDetail(BadRequest, { fieldViolations: [{ ...violation, field }] }));
    const error = readRichError({ code: Code.INVALID_ARGUMENT, message: "no", details: [details[0]] });
    assertErrorDetail(error, BadRequest, { fieldViolations: [{ field: "a" }] });
    expect(
      failure(() => assertErrorDetail(error, BadRequest, { fieldViolations: [{ field: "b" }] })).message,
    ).toContain("differ in fieldViolations[0].field");
  });
});

describe("assertRejectsWithRichError", () => {
  it("resolves to the error of a call, in every form of a call", async () => {
    const fail = () => {
      throw sides();
    };
    const handlers = { unary: fail, clientStream: fail, serverStream: fail, bidi: fail };
    const { promises } = await testServer(ShapesService, handlers, { catalogs: [catalog] });
    const calls = promises(ShapesClient);
    for (const call of [
      () => calls.unary(request()),
      () => calls.clientStream([]),
      () => calls.serverStream(request()),
      () => calls.bidi([]),
    ]) {
      const error = await assertRejectsWithRichError(call, TooManySidesError, { shape: "disc" });
      expect(error.detail).toEqual(DETAIL);
    }
    expect((await assertRejectsWithRichError(fail)).code).toBe(Code.INVALID_ARGUMENT);
  });

  it("reads what a plain client rejects with", async () => {
    const fail = () => {
      throw sides();
    };
    const { address } = await testServer(ShapesService, { unary: fail });
    const { credentials } = await import("@grpc/grpc-js");
    const client = new ShapesClient(address, credentials.createInsecure());
    const call = new Promise((_, reject) => void client.unary(request(), reject));
    const error = await assertRejectsWithRichError(call, TooManySidesError);
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error.detail.sides).toBe(5n);
    client.close();
  });

  it("refuses a call that succeeds", async () => {
    const message = "expected a rejection with a RichError, but the promise resolved with 5";
    await expect(assertRejectsWithRichError(Promise.resolve(5))).rejects.toThrow(new AssertionError({ message }));
    await expect(assertRejectsWithRichError(Promise.reject(sides()), CornersBusyError)).rejects.toThrow(
      /expected a CornersBusyError, but got a TooManySidesError/,
    );
  });
});

describe("readRichError", () => {
  it("reads an error from what carries it, with its class", async () => {
    for (const value of [pack(sides()), toStatus(sides()), toHttp(sides()), sides()]) {
      expect(readRichError(value, TooManySidesError, { shape: "disc" }).detail.limit?.most).toBe(4n);
    }
    const { status, body } = toHttp(sides());
    const error = await readRichError(new Response(JSON.stringify(body), { status }), TooManySidesError);
    expect(error.detail).toEqual(DETAIL);
    await expect(readRichError(new Response("{}"))).rejects.toThrow(AssertionError);
  });

  it("refuses issues, and another class", () => {
    const bytes = pack(sides());
    expect(failure(() => readRichError(bytes.subarray(0, bytes.length - 1))).message).toContain("malformed-status: ");
    expect(failure(() => readRichError(bytes, CornersBusyError)).message).toContain("+ reason: TOO_MANY_SIDES");
    expect(readRichError(bytes)).toBeInstanceOf(RichError);
  });
});

import { Metadata } from "@grpc/grpc-js";
import { Code, RichError, StandardDetails } from "grpc-rich-errors";
import { serializeError } from "grpc-rich-errors/logging";
import { recover, recovery } from "grpc-rich-errors/recovery";
import { describe, expect, it } from "vitest";
import { ClosedError, SealedError } from "../gen/vault/v1/vault.rich.js";
import { CornersBusyError, TooManySidesError, tooManySides } from "../support/errors.js";
import { request, SHAPES, startShapes } from "../support/shapes.js";
import { callOn } from "../support/surfaces.js";
import { SEALED, secretsIn, WITH_AUDIT } from "../support/vault.js";

// V8 reads name and message when the stack is defined.
const MEMBERS = ["stack", "name", "message", "cause", "code", "reason", "detail", "recovery", "issues", "errorDetails"];

describe("serializeError", () => {
  it("has what the declaration and the details say", () => {
    const errorDetails = new StandardDetails()
      .setRequestInfo("r-1")
      .addFieldViolation("sides", "must be at most 12")
      .setDebugInfo("rule 7");
    const error = new CornersBusyError({ errorDetails, info: { corner: "north" } });
    expect(serializeError(error)).toEqual({
      name: "CornersBusyError",
      message: "corners busy",
      code: "UNAVAILABLE",
      reason: "CORNERS_BUSY",
      domain: "shapes.example.com",
      recovery: "BACK_OFF_AND_RETRY",
      fault: "DEPENDENCY",
      origin: "SERVER",
      retryDelay: 1500,
      requestId: "r-1",
      info: { code: "11", corner: "north" },
      errorDetails: [
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: { seconds: "1", nanos: 500000000 } },
        { "@type": "type.googleapis.com/google.rpc.RequestInfo", requestId: "r-1", servingData: "" },
        {
          "@type": "type.googleapis.com/google.rpc.BadRequest",
          fieldViolations: [expect.objectContaining({ field: "sides", description: "must be at most 12" })],
        },
        { "@type": "type.googleapis.com/google.rpc.DebugInfo", stackEntries: [], detail: "rule 7" },
      ],
    });
  });

  it.each(SHAPES)("says that a %s call ended with the error", async (shape) => {
    const shapes = await startShapes({
      [shape]: () => {
        throw tooManySides();
      },
    });
    const { error } = await callOn(shapes, shape);
    expect(serializeError(error)).toMatchObject({
      reason: "TOO_MANY_SIDES",
      received: true,
      detail: { shape: "chiliagon" },
    });
  });

  it("has the attempts of a call that was recovered", async () => {
    const { calls } = await startShapes({
      unary: () => {
        throw new CornersBusyError({ retryDelay: 1 });
      },
    });
    const given = { recovery: recovery.readOnly };
    const error: unknown = await recover(given, () => calls.unary(request())).catch((error: unknown) => error);
    expect(serializeError(error)).toMatchObject({
      reason: "CORNERS_BUSY",
      stopped: "attempts",
      attempts: [
        {
          number: 1,
          code: "UNAVAILABLE",
          reason: "CORNERS_BUSY",
          address: "",
          action: "wait",
          delay: expect.any(Number),
        },
        { number: 2, action: "wait" },
        { number: 3, action: "fail", delay: 0 },
      ],
    });
  });

  it("follows causes of any class, with code and no other property", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", token: "secret" });
    const failed = new AggregateError([refused, "a text"], "all failed", { cause: { token: "secret" } });
    const error = tooManySides({ cause: new RichError(Code.NOT_FOUND, "x", { cause: failed }) });
    expect(serializeError(error).cause).toEqual({
      ...{ name: "RichError", message: "x", code: "NOT_FOUND", fault: "CALLER" },
      cause: {
        ...{ name: "AggregateError", message: "all failed", cause: "[object Object]" },
        errors: [
          { name: "Error", message: "connect ECONNREFUSED", code: "ECONNREFUSED" },
          { name: "NonError", message: "a text" },
        ],
      },
    });
  });

  it("ends at a circle of causes, and after nine errors", () => {
    const first = new Error("first");
    const second = new Error("second", { cause: first });
    first.cause = second;
    expect(serializeError(first)).toEqual({
      ...{ name: "Error", message: "first" },
      cause: { name: "Error", message: "second", cause: "[Circular]" },
    });
    let long = new Error("0");
    for (let index = 1; index < 20; index++) long = new Error(String(index), { cause: long });
    expect(JSON.stringify(serializeError(long)).match(/"message"/g)).toHaveLength(9);
    const many = new AggregateError(Array.from({ length: 100 }, () => long));
    expect(JSON.stringify(serializeError(many)).match(/"message"/g)).toHaveLength(9);
    expect(serializeError(many).errors?.at(-1)).toBe("… 99 more");
  });

  it("marks redacted fields, also those of causes and further details", () => {
    const error = new ClosedError({ vault: "v-7" }, { ...WITH_AUDIT, cause: new SealedError(SEALED) });
    const logged = serializeError(error);
    expect(secretsIn(JSON.stringify(logged))).toEqual([]);
    expect(logged.cause).toMatchObject({ detail: { vault: "v-7", owner: "[redacted]" } });
  });

  it("has neither metadata nor details of an error of grpc-js", async () => {
    const metadata = new Metadata();
    metadata.set("x-token", "secret");
    const error = Object.assign(new Error("5 NOT_FOUND: x"), { code: 5, details: "x", metadata });
    expect(serializeError(error)).toEqual({ name: "Error", message: "5 NOT_FOUND: x", code: "NOT_FOUND" });
  });

  it.each([
    ["a text", { name: "NonError", message: "a text" }],
    [undefined, { name: "NonError", message: "undefined" }],
    [new Map(), { name: "NonError", message: "an instance of Map" }],
    [
      { token: "secret", toString: (): string => "secret" },
      { name: "NonError", message: "an object" },
    ],
  ])("says what a value is that is no error: %s", (value, logged) => {
    expect(serializeError(value)).toEqual(logged);
  });

  it.each([
    ["a RichError whose members throw", hostile(tooManySides())],
    ["an error whose members throw", hostile(new Error("x"))],
    ["an error whose members are objects", Object.assign(new Error(), { name: { a: 1 }, message: { a: 1 }, code: {} })],
    ["a Proxy that throws", new Proxy(new Error("x"), { get: raise, getPrototypeOf: raise })],
    ["a cause that throws", new Error("x", { cause: hostile(tooManySides()) })],
    ["errors that throw", Object.assign(new Error("x"), { errors: new Proxy([1], { get: raise }) })],
  ])("never throws: %s", (_, value) => {
    const logged = serializeError(value, { stack: true });
    expect(JSON.parse(JSON.stringify(logged))).toEqual(logged);
    expect(typeof logged.message).toBe("string");
  });

  it("is bounded in size", () => {
    const shape = "x".repeat(50_000);
    let error = new TooManySidesError({ shape, sides: 1n, limit: undefined });
    for (let index = 0; index < 8; index++) {
      error = new TooManySidesError({ shape, sides: 1n, limit: undefined }, { cause: error, message: shape });
    }
    expect(JSON.stringify(serializeError(error, { stack: true })).length).toBeLessThan(60_000);
  });

  it("refuses unknown options", () => {
    expect(() => serializeError(new Error(), { stacks: true } as never)).toThrow(
      'serializeError: the option "stacks" is unknown; write "stack"',
    );
  });
});

function raise(): never {
  throw new Error("hostile");
}

/** Makes every member of an error throw that a class or an instance may define. */
function hostile<E extends Error>(error: E): E {
  for (const name of MEMBERS) Object.defineProperty(error, name, { get: raise, configurable: true });
  return error;
}

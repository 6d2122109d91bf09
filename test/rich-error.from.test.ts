import { Metadata, type ServiceError } from "@grpc/grpc-js";
import fc from "fast-check";
import { Code, packError, RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { CornersBusyError, catalog, TooManySidesError } from "./gen/shapes/v1/shapes.rich.js";

const SIDES = { shape: "disc", sides: 5n, limit: { most: 4n } };

/** The error that a grpc-js client receives. */
function serviceError(packed: { code: number; details: string; metadata: Metadata }): ServiceError {
  const error = new Error(`${packed.code} INVALID_ARGUMENT: ${packed.details}`);
  error.stack = `${error.name}: ${error.message}\n    at grpc (g.js:1:1)\nfor call at\n    at user (u.js:3:4)`;
  return Object.assign(error, packed);
}

describe("RichError.from", () => {
  it("returns a RichError as it is", () => {
    const error = new CornersBusyError();
    expect(RichError.from(error, { catalogs: [catalog] })).toBe(error);
  });

  it("turns a grpc-js error into an instance of the declared class", () => {
    const sent = new TooManySidesError(SIDES, { info: { hint: "count" } });
    const error = RichError.from(serviceError(packError(sent)), { catalogs: [catalog] });
    expect(error).toBeInstanceOf(TooManySidesError);
    expect(error).toBeRichError(TooManySidesError, SIDES);
    expect(error.info?.metadata).toEqual({ hint: "count", code: "1" });
    expect(error.issues).toEqual([]);
    expect(error.cause).toBeUndefined();
  });

  it("gives the error the stack of the caller, under its own name", () => {
    const error = RichError.from(serviceError(packError(new TooManySidesError(SIDES))), { catalogs: [catalog] });
    expect(error.stack).toBe("TooManySidesError: disc has 5 sides, 4 {at most}\n    at user (u.js:3:4)");
  });

  it("keeps the metadata of the status", () => {
    const metadata = new Metadata();
    metadata.set("x-shard", "7");
    expect(RichError.from(serviceError({ code: 5, details: "no", metadata })).metadata).toBe(metadata);
  });

  it("accepts a status as well as an error", () => {
    expect(RichError.from(packError(new CornersBusyError()), { catalogs: [catalog] })).toBeInstanceOf(CornersBusyError);
  });

  it("returns a plain RichError without catalogs", () => {
    const error = RichError.from(serviceError(packError(new TooManySidesError(SIDES))));
    expect([error.name, error.reason, error.code]).toEqual(["RichError", "TOO_MANY_SIDES", 3]);
  });

  it("takes the code and the message from the status of the call, not from the trailer", () => {
    const packed = packError(new TooManySidesError(SIDES));
    const error = RichError.from(serviceError({ ...packed, code: 14, details: "went away" }), { catalogs: [catalog] });
    expect(error).toBeInstanceOf(TooManySidesError);
    expect([error.code, error.message]).toEqual([14, "went away"]);
    expect(error.issues.map(({ kind }) => kind)).toEqual(["code-mismatch", "message-mismatch"]);
  });

  const aborted = AbortSignal.abort().reason;
  const named = (name: unknown) => Object.defineProperty(new Error("stopped"), "name", { value: name });

  it.each([
    ["an AbortError", aborted, Code.CANCELLED, "This operation was aborted"],
    ["a TimeoutError", new DOMException("too slow", "TimeoutError"), Code.DEADLINE_EXCEEDED, "too slow"],
    ["an error that is named AbortError", named("AbortError"), Code.CANCELLED, "stopped"],
    ["any other error", new TypeError("not a function"), Code.UNKNOWN, "not a function"],
    [
      "an error of the file system",
      Object.assign(new Error("ENOENT: no"), { code: "ENOENT" }),
      Code.UNKNOWN,
      "ENOENT: no",
    ],
    ["an error named after a property of objects", named("constructor"), Code.UNKNOWN, "stopped"],
    ["an error named __proto__", named("__proto__"), Code.UNKNOWN, "stopped"],
    ["an error whose name is not a string", named(7), Code.UNKNOWN, "stopped"],
    ["an error whose message is not a string", Object.assign(new Error(), { message: 7 }), Code.UNKNOWN, "7"],
    [
      "an error whose message has no text",
      Object.assign(new Error(), { message: Object.create(null) }),
      Code.UNKNOWN,
      "a value without text was thrown",
    ],
    ["a string", "no", Code.UNKNOWN, "no"],
    ["a number", 7, Code.UNKNOWN, "7"],
    ["a symbol", Symbol("no"), Code.UNKNOWN, "Symbol(no)"],
    ["undefined", undefined, Code.UNKNOWN, "undefined"],
    ["null", null, Code.UNKNOWN, "null"],
    ["an object", { a: 1 }, Code.UNKNOWN, "[object Object]"],
    ["an object without text", Object.create(null), Code.UNKNOWN, "a value without text was thrown"],
  ])("wraps %s and keeps it as the cause", (_, value, code, message) => {
    const error = RichError.from(value, { catalogs: [catalog] });
    expect([error.name, error.code, error.message]).toEqual(["RichError", code, message]);
    expect(error.cause).toBe(value);
    expect(error.errorDetails).toEqual([]);
  });

  it("does not throw for an object whose getters throw", () => {
    const hostile = {
      details: "no",
      get code(): never {
        throw new Error("no code");
      },
    };
    const error = RichError.from(hostile);
    expect([error.code, error.cause === hostile]).toEqual([Code.UNKNOWN, true]);
  });

  it("does not throw for any value", () => {
    const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true });
    const status = fc.record({
      code: fc.oneof(fc.integer(), anything),
      details: fc.oneof(fc.string(), anything),
      metadata: anything,
    });
    fc.assert(
      fc.property(fc.oneof(anything, status), (value) => {
        const error = RichError.from(value, { catalogs: [catalog] });
        expect(error).toBeInstanceOf(RichError);
        expect(error.message).toBeTypeOf("string");
        expect(JSON.stringify(error)).toBeTypeOf("string");
      }),
      { numRuns: 1000 },
    );
  });
});

it("a status with the code NaN is UNKNOWN and keeps its text", () => {
  const error = RichError.from(Object.assign(new Error("NaN undefined: x"), { code: Number.NaN, details: "x" }));
  expect(error).toMatchObject({ code: Code.UNKNOWN, message: "x", issues: [{ kind: "invalid-code" }] });
});

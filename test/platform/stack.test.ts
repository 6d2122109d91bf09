import { inspect } from "node:util";
import { RichError } from "grpc-rich-errors";
import { afterEach, describe, expect, it } from "vitest";
import { callerStack, constructWithoutStack } from "../../src/platform/stack.js";

describe("constructWithoutStack", () => {
  class Refused extends TypeError {}

  it("creates an instance of a subclass by the base constructor, without frames", () => {
    const limit = Error.stackTraceLimit;
    const error = constructWithoutStack(TypeError, ["made", { cause: 7 }], Refused);
    expect(error).toBeInstanceOf(Refused);
    expect([error.message, error.cause, error.stack]).toEqual(["made", 7, undefined]);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error("after").stack).toContain("\n    at ");
  });

  it("restores the limit if the constructor throws", () => {
    const limit = Error.stackTraceLimit;
    class Broken extends Error {
      constructor() {
        super();
        throw new Error("not made");
      }
    }
    expect(() => constructWithoutStack(Broken, [], Broken)).toThrow("not made");
    expect(Error.stackTraceLimit).toBe(limit);
  });
});

describe("a custom Error.stackTraceLimit or Error.prepareStackTrace", () => {
  const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") ?? {};
  afterEach(() => void Object.defineProperty(Error, "stackTraceLimit", before));
  class Refused extends TypeError {}

  it.each<[string, PropertyDescriptor]>([
    ["read-only", { writable: false, value: 10 }],
    ["a getter", { get: () => 10 }],
    ["a getter that throws", { get: () => expect.fail("read") }],
    ["a setter that throws", { get: () => 10, set: () => expect.fail("written") }],
    ["a text", { value: "10", writable: true }],
    ["0", { value: 0, writable: true }],
    ["Infinity", { value: Number.POSITIVE_INFINITY, writable: true }],
  ])("may be %s", (_, limit) => {
    Object.defineProperty(Error, "stackTraceLimit", { configurable: true, ...limit });
    const set = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit");
    expect(constructWithoutStack(TypeError, ["made"], Refused).message).toBe("made");
    expect(Object.getOwnPropertyDescriptor(Error, "stackTraceLimit")).toEqual(set);
  });

  it("may be deleted, and stays deleted", () => {
    Reflect.deleteProperty(Error, "stackTraceLimit");
    expect(constructWithoutStack(TypeError, ["made"], Refused).message).toBe("made");
    expect(Error).not.toHaveProperty("stackTraceLimit");
  });

  it("may throw when a stack is read", () => {
    const { prepareStackTrace } = Error;
    const error = Object.assign(new Error("x"), { name: "X" });
    const original = new Error("gone");
    Error.prepareStackTrace = () => {
      throw "unprepared";
    };
    let seen: unknown[] = [];
    try {
      seen = [callerStack(error, original), RichError.from(original).message];
      seen.push(inspect(new RichError(5, "x", { cause: original })));
    } finally {
      Object.assign(Error, { prepareStackTrace });
    }
    expect(seen).toEqual(["X: x", "gone", expect.stringContaining("RichError: x")]);
  });
});

describe("callerStack", () => {
  const error = Object.assign(new Error("no such stream"), { name: "StreamNotFoundError" });
  const head = "StreamNotFoundError: no such stream";

  it.each([
    ["an error with frames", "Error: 5 NOT_FOUND: gone\n    at f (a.js:1:2)", `${head}\n    at f (a.js:1:2)`],
    [
      "an error of grpc-js, of which only the frames of the call count",
      "Error: 5 NOT_FOUND: gone\n    at grpc (g.js:1:1)\nfor call at\n    at user (u.js:3:4)",
      `${head}\n    at user (u.js:3:4)`,
    ],
    ["an error without frames", "Error: 5 NOT_FOUND: gone", head],
    ["an error with an empty stack", "", head],
  ])("combines its own head with the frames of %s", (_, stack, expected) => {
    expect(callerStack(error, Object.assign(new Error(), { stack }))).toBe(expected);
  });

  it.each([
    ["a status that is not an error", { code: 5, stack: "    at x" }],
    ["an error whose stack was deleted", Object.assign(new Error(), { stack: undefined })],
    ["nothing", undefined],
  ])("has no frames for %s", (_, original) => {
    expect(callerStack(error, original)).toBe(head);
  });
});

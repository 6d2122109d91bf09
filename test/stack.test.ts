import { describe, expect, it } from "vitest";
import { callerStack, constructWithoutStack } from "../src/stack.js";

describe("constructWithoutStack", () => {
  class Refused extends TypeError {}

  it("makes an instance of a class by the constructor of another, without frames", () => {
    const limit = Error.stackTraceLimit;
    const error = constructWithoutStack(TypeError, ["made", { cause: 7 }], Refused);
    expect(error).toBeInstanceOf(Refused);
    expect([error.message, error.cause, error.stack]).toEqual(["made", 7, undefined]);
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error("after").stack).toContain("\n    at ");
  });

  it("leaves the limit as it was if making fails", () => {
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
  ])("puts its own head above the frames of %s", (_, stack, expected) => {
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

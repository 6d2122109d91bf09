import { describe, expect, it } from "vitest";
import { callerStack, withoutStack } from "../src/stack.js";

describe("withoutStack", () => {
  it("makes an error without frames and leaves the limit as it was", () => {
    const limit = Error.stackTraceLimit;
    const error = withoutStack(() => new TypeError("made"));
    expect(error.stack).toBe("TypeError: made");
    expect(Error.stackTraceLimit).toBe(limit);
    expect(new Error("after").stack).toContain("\n    at ");
  });

  it("leaves the limit as it was if making fails", () => {
    const limit = Error.stackTraceLimit;
    expect(() =>
      withoutStack(() => {
        throw new Error("not made");
      }),
    ).toThrow("not made");
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

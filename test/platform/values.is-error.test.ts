import { runInNewContext } from "node:vm";
import { RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { isError } from "../../src/platform/values.js";

describe("an error", () => {
  it.each([
    new Error("x"),
    new RangeError("x"),
    new RichError(5, "x"),
    new DOMException("x", "AbortError"),
    runInNewContext("new TypeError('x')"),
    runInNewContext("class Own extends Error {}; new Own()"),
    Object.create(Error.prototype),
  ])("is %o", (value) => {
    expect(isError(value)).toBe(true);
  });

  it.each([
    undefined,
    null,
    "Error",
    5,
    {},
    { name: "Error", message: "x", stack: "" },
    runInNewContext("({})"),
    Error,
  ])("is not %o", (value) => {
    expect(isError(value)).toBe(false);
  });
});

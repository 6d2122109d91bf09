import { runInNewContext } from "node:vm";
import { Long } from "@grpc/proto-loader";
import { RichError } from "grpc-rich-errors";
import { describe, expect, it } from "vitest";
import { describeValue, isError, isLong, isPlain, thrownText } from "../../src/platform/values.js";

describe("isError", () => {
  it.each([
    new Error("x"),
    new RangeError("x"),
    new RichError(5, "x"),
    new DOMException("x", "AbortError"),
    runInNewContext("new TypeError('x')"),
    runInNewContext("class Own extends Error {}; new Own()"),
    Object.create(Error.prototype),
  ])("accepts %o", (value) => {
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
  ])("refuses %o", (value) => {
    expect(isError(value)).toBe(false);
  });
});

describe("isLong", () => {
  it.each([
    ["an integer of the library", Long.fromNumber(7), true],
    ["only its parts", { low: 7, high: 0, unsigned: false }, false],
    ["an object with its mark, but without text", Object.assign(Object.create(null), { __isLong__: true }), false],
    ["a bigint", 7n, false],
    ["null", null, false],
  ])("checks %s", (_, value, expected) => {
    expect(isLong(value)).toBe(expected);
  });
});

describe("thrownText", () => {
  it.each([
    ["an error's message", new TypeError("no"), "no"],
    ["a text", "no", "no"],
    ["the name of undefined", undefined, "undefined"],
    ["a symbol", Symbol("no"), "Symbol(no)"],
    ["a note for an object without text", Object.create(null), "a value without text was thrown"],
    [
      "a note for an error whose message has no text",
      Object.assign(new Error(), { message: Object.create(null) }),
      "a value without text was thrown",
    ],
  ])("returns %s", (_, thrown, text) => {
    expect(thrownText(thrown)).toBe(text);
  });
});

describe("describeValue", () => {
  class Order {}
  it.each<[unknown, string]>([
    ["x", '"x"'],
    ["x".repeat(81), `"${"x".repeat(80)}…"`],
    [5, "5"],
    [5n, "5n"],
    [true, "true"],
    [null, "null"],
    [undefined, "undefined"],
    [Symbol("x"), "Symbol(x)"],
    [() => {}, "a function"],
    [["secret"], "an array"],
    [{ password: "secret" }, "an object"],
    [Object.create(null), "an object"],
    [new Order(), "an instance of Order"],
    [new Map(), "an instance of Map"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(Number.NaN), "an invalid Date"],
    [Proxy.revocable({}, {}), "an object"],
  ])("describes %o as %s", (value, text) => {
    expect(describeValue(value)).toBe(text);
  });

  it("describes a value that throws when it is read", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(describeValue(proxy)).toBe("[unreadable]");
  });
});

describe("isPlain", () => {
  it("accepts literals, and neither instances nor modules", async () => {
    const module = await import("../../src/platform/values.js");
    expect([{}, Object.create(null), new Map(), module].map(isPlain)).toEqual([true, true, false, false]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DebugInfo } from "../../../src/detail/standard-details.js";
import { debugInfoOf } from "../../../src/server/extras/extras.js";

function thrownDeep(depth: number): Error {
  return depth === 0 ? new TypeError("x is not a function") : thrownDeep(depth - 1);
}

describe("debugInfoOf", () => {
  it("returns the name, the message and the stack of an error", () => {
    const { detail, stackEntries } = debugInfoOf(thrownDeep(3), 4000);
    expect(detail).toBe("TypeError: x is not a function");
    expect(stackEntries[0]).toMatch(/^at thrownDeep \(.*debug-info\.test\.ts:\d+:\d+\)$/);
    expect(stackEntries.length).toBeGreaterThan(3);
    expect(stackEntries.length).toBeLessThanOrEqual(16);
  });

  it("adds the causes in order", () => {
    const row = new RangeError("no such row");
    const query = new Error("the query failed", { cause: row });
    const { stackEntries } = debugInfoOf(new Error("no order", { cause: query }), 20_000);
    const titles = stackEntries.filter((entry) => !entry.startsWith("at "));
    expect(titles).toEqual(["caused by Error: the query failed", "caused by RangeError: no such row"]);
  });

  it("adds all errors of an AggregateError", () => {
    const thrown = new AggregateError([new Error("first"), new Error("second")], "both", { cause: "a text" });
    const titles = debugInfoOf(thrown, 20_000).stackEntries.filter((entry) => !entry.startsWith("at "));
    expect(titles).toEqual(["caused by a text", "caused by Error: first", "caused by Error: second"]);
  });

  it("ends even if the causes do not", () => {
    const first = new Error("first");
    first.cause = new Error("second", { cause: first });
    const titles = debugInfoOf(first, 20_000).stackEntries.filter((entry) => !entry.startsWith("at "));
    expect(titles).toEqual(["caused by Error: second"]);
    class Endless extends Error {
      override get cause() {
        return new Endless("more");
      }
    }
    expect(
      debugInfoOf(new Endless("x"), 100_000).stackEntries.filter((entry) => !entry.startsWith("at ")),
    ).toHaveLength(7);
    const many = new AggregateError(Array.from({ length: 10_000 }, (_, index) => new Error(`${index}`)));
    expect(debugInfoOf(many, 100_000).stackEntries.length).toBeLessThan(200);
  });

  it.each([
    ["a string", "gone", "gone"],
    ["undefined", undefined, "undefined"],
    ["an error without a message", new RangeError(), "RangeError: "],
    ["an error without a stack", Object.assign(new Error("x"), { stack: undefined }), "Error: x"],
    ["an error whose stack is a number", Object.assign(new Error("x"), { stack: 5 }), "Error: x"],
    ["an error whose name is a number", Object.assign(new Error("x"), { name: 5 }), "x"],
    ["an object without a prototype", Object.create(null), "a value without text was thrown"],
  ])("returns what it can of %s", (_, thrown, expected) => {
    expect(debugInfoOf(thrown, 4000).detail).toBe(expected);
  });

  it.each([
    [100, 400, "a".repeat(100)],
    [101, 400, `${"a".repeat(99)}…`],
    [5, 0, "…"],
    [0, 0, ""],
  ])("cuts a text of %d letters to a quarter of %d bytes", (length, most, detail) => {
    expect(debugInfoOf("a".repeat(length), most)).toEqual({ detail, stackEntries: [] });
  });

  it.each([
    [256, `at ${"f".repeat(253)}`],
    [257, `at ${"f".repeat(252)}…`],
  ])("cuts a frame of %d letters to 256", (length, frame) => {
    const stack = `Error: x\n    at ${"f".repeat(length - 3)}\n  no frame\nat y\nso    at z\n    bat z`;
    expect(debugInfoOf(Object.assign(new Error("x"), { stack }), 4000).stackEntries).toEqual([frame]);
  });

  it.each([
    [8 + 3 * 13, 3],
    [8 + 3 * 13 - 1, 2],
    [8 + 2 * 13, 2],
    [8 + 2 * 13 - 1, 1],
  ])("adds to %d bytes as many entries as fit, each with a tag and a length", (most, count) => {
    const stack = `Error: x\n${"    at fffffff\n".repeat(5)}`;
    const thrown = Object.assign(new Error("x"), { stack });
    const entries = Array(count).fill("at fffffff");
    expect(debugInfoOf(thrown, most)).toEqual({ detail: "Error: x", stackEntries: entries });
  });

  it("takes 16 frames of a stack", () => {
    const frames = Array.from({ length: 20 }, (_, index) => `at f${index}`);
    const thrown = Object.assign(new Error("x"), { stack: `Error: x\n    ${frames.join("\n    ")}` });
    expect(debugInfoOf(thrown, 4000).stackEntries).toEqual(frames.slice(0, 16));
  });

  it("skips properties that throw", () => {
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {});
    revoke();
    expect(debugInfoOf(proxy, 4000)).toEqual({ detail: "a value without text was thrown", stackEntries: [] });
    const error = new Error("x");
    for (const name of ["stack", "name", "message", "cause"]) {
      Object.defineProperty(error, name, {
        get: () => {
          throw new Error("y");
        },
      });
    }
    expect(debugInfoOf(error, 4000).stackEntries).toEqual([]);
  });

  it("keeps the limit, except for letters of three bytes", () => {
    const text = fc.oneof(fc.string(), fc.string({ minLength: 500, maxLength: 5000 }));
    fc.assert(
      fc.property(text, text, fc.integer({ min: 100, max: 6000 }), (message, stack, most) => {
        const thrown = new Error(message, { cause: new Error(stack) });
        thrown.stack = stack
          .split("")
          .map((letter) => `\n    at ${letter.repeat(50)}`)
          .join("");
        expect(DebugInfo.encode(debugInfoOf(thrown, most)).length).toBeLessThan(most * 1.6);
      }),
      { numRuns: 50 },
    );
  });
});

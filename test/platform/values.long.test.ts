import { Long } from "@grpc/proto-loader";
import { describe, expect, it } from "vitest";
import { isLong } from "../../src/platform/values.js";

describe("isLong", () => {
  it.each([
    ["an integer of the library", Long.fromNumber(7), true],
    ["its parts alone", { low: 7, high: 0, unsigned: false }, false],
    ["what has its mark and no text", Object.assign(Object.create(null), { __isLong__: true }), false],
    ["a bigint", 7n, false],
    ["nothing", null, false],
  ])("of %s is told", (_, value, expected) => {
    expect(isLong(value)).toBe(expected);
  });
});

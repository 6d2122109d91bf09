import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromRetryAfter, toRetryAfter } from "../../src/http/headers.js";
import { runs } from "../fuzz/runs.js";

describe("Retry-After", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(1994, 10, 6, 8, 49, 7) }));
  afterEach(() => void vi.useRealTimers());

  it.each([
    ["120", 120_000],
    ["0", 0],
    [" 7 ", 7000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
    ["Sun Nov  6 08:49:37 1994", 30_000],
    ["Sun, 06 Nov 1994 08:49:00 GMT", 0],
  ])("is a number of seconds or a date in any of HTTP's formats: %s", (header, ms) => {
    expect(fromRetryAfter(header)).toBe(ms);
  });

  it.each([
    "",
    "-5",
    "1.5",
    "1e3",
    "soon",
    "2030-01-01",
    "Sun",
    "Sun, 99 Nov 1994 08:49:37 GMT",
    "Mon, x",
    "0x10",
    "١٢",
  ])("is malformed: %j", (header) => {
    expect(fromRetryAfter(header)).toBeUndefined();
  });

  it("is never shorter than the delay, and less than a second longer", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 2 ** 31, noNaN: true }), (ms) => {
        const read = fromRetryAfter(toRetryAfter(ms));
        expect(read).toBeGreaterThanOrEqual(ms);
        expect(read).toBeLessThan(ms + 1000);
      }),
      runs(0.02),
    );
  });

  it("may be any text without a throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (header) => {
        expect(fromRetryAfter(header) ?? 0).toBeGreaterThanOrEqual(0);
      }),
      runs(0.02),
    );
  });
});

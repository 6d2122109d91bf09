import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { durationFromMs, durationToMs } from "../../src/detail/standard-types.js";

describe("durationFromMs", () => {
  it.each([
    [0, 0n, 0],
    [-0, 0n, 0],
    [1, 0n, 1_000_000],
    [1_500, 1n, 500_000_000],
    [-1_500, -1n, -500_000_000],
    [0.000001, 0n, 1],
    [0.0000001, 0n, 0],
    [999.9999999, 1n, 0],
    [-999.9999999, -1n, 0],
    [Number.NaN, 0n, 0],
    [Number.POSITIVE_INFINITY, 315_576_000_000n, 0],
    [Number.NEGATIVE_INFINITY, -315_576_000_000n, 0],
    [1e300, 315_576_000_000n, 0],
  ])("makes of %d ms %d s and %d ns", (ms, seconds, nanos) => {
    expect(durationFromMs(ms)).toStrictEqual({ seconds, nanos });
  });

  it("never makes what the specification forbids", () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        const { seconds, nanos } = durationFromMs(ms);
        expect(Math.abs(nanos)).toBeLessThan(1e9);
        expect(Number.isInteger(nanos)).toBe(true);
        expect(seconds <= 315_576_000_000n && seconds >= -315_576_000_000n).toBe(true);
        expect(Number(seconds) * nanos).toBeGreaterThanOrEqual(0);
      }),
      // The sum of a whole second and a fraction just below another rounds up.
      { examples: [[999.9999999], [-1999.99999999], [59_999.99999999]] },
    );
  });
});

describe("durationToMs", () => {
  it.each([
    [{ seconds: 0n, nanos: 0 }, 0],
    [{ seconds: 1n, nanos: 500_000_000 }, 1_500],
    [{ seconds: -1n, nanos: -500_000_000 }, -1_500],
    [{ seconds: 0n, nanos: 1 }, 0.000001],
    [{ seconds: 315_576_000_000n, nanos: 999_999_999 }, 315_576_000_001_000],
  ])("makes of %o %d ms", (duration, ms) => {
    expect(durationToMs(duration)).toBe(ms);
  });

  it("undoes durationFromMs for whole milliseconds", () => {
    fc.assert(
      fc.property(fc.integer(), (ms) => {
        expect(durationToMs(durationFromMs(ms))).toBe(ms);
      }),
    );
  });
});

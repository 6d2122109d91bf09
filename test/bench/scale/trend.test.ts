import { describe, expect, it } from "vitest";
import { relativeTrend, trendOf } from "../../../bench/scale/trend.js";

describe("a trend", () => {
  it("is the line through values that lie on one", () => {
    expect(trendOf([10, 12, 14, 16], 1)).toEqual({ rise: 6, error: 0, mean: 13, verdict: "grows" });
  });

  it("has the confidence interval of the statistics books", () => {
    // Draper and Smith's formula, computed by hand: residuals 1, -2, 1; two degrees of freedom less than values.
    const { rise, error } = trendOf([1, 0, 5], 10);
    expect(rise).toBeCloseTo(4);
    expect(error).toBeCloseTo(2 * 12.71 * Math.sqrt(6 / 2));
  });

  it("is flat if even the end of its interval is tolerable", () => {
    expect(trendOf([100, 101, 99, 100, 101, 99, 100, 100], 10).verdict).toBe("flat");
    expect(trendOf([100, 101, 102, 103, 104], 10).verdict).toBe("flat");
    expect(trendOf([100, 90, 80, 70], 10).verdict).toBe("flat");
  });

  it("is unclear if the values vary too much", () => {
    expect(trendOf([100, 160, 80, 170, 90, 150], 10).verdict).toBe("unclear");
  });

  it("grows if a tolerable rise is exceeded beyond doubt", () => {
    expect(trendOf([100, 110, 121, 129, 141], 10).verdict).toBe("grows");
    expect(relativeTrend([100, 110, 121, 129, 141], 0.05).verdict).toBe("grows");
    expect(relativeTrend([100, 110, 121, 129, 141], 0.5).verdict).toBe("flat");
  });

  it("needs three values", () => {
    expect(() => trendOf([1, 2], 1)).toThrow(new RangeError("a trend needs at least 3 values, got 2"));
  });
});

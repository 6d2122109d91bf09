/** How a figure develops over a run, by a straight line through its values. */
export interface Trend {
  /** What the line rises from the first value to the last. */
  readonly rise: number;
  /** Half of the 95 % confidence interval of the rise. */
  readonly error: number;
  /** The mean of all values. */
  readonly mean: number;
  readonly verdict: Verdict;
}

/**
 * What a trend shows, with a tolerance:
 *
 * - `flat`: the whole confidence interval lies below the tolerance.
 * - `grows`: the rise exceeds the tolerance, and the whole interval lies above zero.
 * - `unclear`: the values vary too much to tell.
 */
export type Verdict = "flat" | "grows" | "unclear";

/**
 * Fits a straight line by least squares.
 *
 * @param values at equal distances, at least three
 * @param tolerance the rise that counts as growth, in the unit of the values
 */
export function trendOf(values: readonly number[], tolerance: number): Trend {
  const count = values.length;
  if (count < 3) throw new RangeError(`a trend needs at least 3 values, got ${count}`);
  const middle = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const spread = values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / spread;
  const residual = values.reduce((sum, value, index) => sum + (value - mean - slope * (index - middle)) ** 2, 0);
  const standardError = Math.sqrt(residual / (count - 2) / spread);
  const rise = slope * (count - 1);
  const error = (QUANTILES[count - 3] ?? LAST_QUANTILE) * standardError * (count - 1);
  return { rise, error, mean, verdict: verdictOn(rise, error, tolerance) };
}

/** Fits a line to figures of which a rise by a part of their mean counts as growth. */
export function relativeTrend(values: readonly number[], tolerance: number): Trend {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return trendOf(values, tolerance * mean);
}

/** Student's t at 97.5 %, from one degree of freedom on. */
const QUANTILES = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
const LAST_QUANTILE = 2.201;

function verdictOn(rise: number, error: number, tolerance: number): Verdict {
  if (rise + error <= tolerance) return "flat";
  return rise > tolerance && rise - error > 0 ? "grows" : "unclear";
}

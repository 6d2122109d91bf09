/** What was measured of one piece of work, contender by contender. */
export interface Comparison {
  /** Stays the same from run to run, as `unpack-reason`. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** The first is what the others are compared with. */
  readonly rows: readonly Row[];
}

export type Unit = "µs" | "ms" | "KB" | "calls a second" | "messages a second";

export interface Row {
  readonly name: string;
  /** The median over the rounds. */
  readonly value: number;
  /** The median of the ratios to the first row, round by round. */
  readonly ratio: number;
  /** What this package is to reach, where there is a goal. */
  readonly goal?: Goal;
}

/** A bound for the ratio to the row of that name; for the value itself where no name is given. */
export interface Goal {
  readonly bound: "at most" | "at least";
  readonly figure: number;
  readonly to?: string;
}

/** How what was measured grows with the size of what is worked on. */
export interface Growth {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** What the sizes count, as `details` or `bytes`. */
  readonly of: string;
  readonly sizes: readonly number[];
  readonly lines: readonly Line[];
}

export interface Line {
  readonly name: string;
  /** The median for each size. */
  readonly values: readonly number[];
  /** The power of the size that it grows with, fitted to the logarithms by least squares. */
  readonly exponent: number;
}

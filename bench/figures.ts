/** What was measured of one piece of work, contender by contender. */
export interface Comparison {
  /** Stays the same from run to run, as `unpack-reason`. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** The first is what the others are compared with. */
  readonly rows: readonly Row[];
}

export type Unit = "ns" | "µs" | "ms" | "KB" | "MB" | "calls a second" | "messages a second";

export interface Row {
  /** Begins with `grpc-rich-errors` where it is this package. */
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
  /** Begins with `grpc-rich-errors` where it is this package. */
  readonly name: string;
  /** The median for each size. */
  readonly values: readonly number[];
  /** The power of the size that it grows with, as {@link exponentOf} fits it. */
  readonly exponent: number;
}

export type Figures = Comparison | Growth;

/** How much is measured. */
export interface Effort {
  /** Whether it is only to be shown that everything runs. */
  readonly smoke: boolean;
  /** Whether a catalog of 100,000 errors is measured, too. */
  readonly large: boolean;
}

/** Benchmarks that can be run without the others. */
export interface Part {
  readonly name: string;
  /** What is said above its tables. */
  readonly title: string;
  /** How much it measures at full effort, in words: `31 rounds of 25 ms`. */
  readonly extent: string;
  /** Gives its figures one after the other. */
  measure(effort: Effort): AsyncIterable<Figures>;
}

/** Whether it tells how something grows. */
export function isGrowth(figures: Figures): figures is Growth {
  return "sizes" in figures;
}

/** Whether it compares contenders. */
export function isComparison(figures: Figures): figures is Comparison {
  return "rows" in figures;
}

/** Whether a row or a line is this package. */
export function isOurs({ name }: { readonly name: string }): boolean {
  return /^(grpc-rich-errors|this package)\b/.test(name);
}

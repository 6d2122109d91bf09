/** The figures of one benchmark, one row for each contender. */
export interface Comparison {
  /** The same in each run, such as `unpack-reason`. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** The ratios of all rows refer to the first row. */
  readonly rows: readonly Row[];
}

export const UNITS = ["ns", "µs", "ms", "KB", "MB", "calls/s"] as const;

export type Unit = (typeof UNITS)[number];

export interface Row {
  /** Begins with `grpc-rich-errors` if the row is about this package. */
  readonly name: string;
  /** The median over all rounds. */
  readonly value: number;
  /** The median of the ratios to the first row in the same round. */
  readonly ratio: number;
  /** The standard error of the ratio, if the processes were started several times. */
  readonly standardError?: number;
  readonly goal?: Goal;
}

export const BOUNDS = ["at most", "at least"] as const;

/** A bound on the ratio to the row named `to`, or on the value itself if `to` is missing. */
export interface Goal {
  readonly bound: (typeof BOUNDS)[number];
  readonly figure: number;
  readonly to?: string;
}

/** Figures for inputs of several sizes. */
export interface Growth {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** The things that `sizes` counts, such as `details` or `message bytes`. */
  readonly of: string;
  readonly sizes: readonly number[];
  readonly lines: readonly Line[];
}

export interface Line {
  /** Begins with `grpc-rich-errors` if the line is about this package. */
  readonly name: string;
  /** The median for each size. */
  readonly values: readonly number[];
  /** The exponent of growth, as `exponentOf` fits it. */
  readonly exponent: number;
}

export type Figures = Comparison | Growth;

/** How much a run measures. */
export interface Effort {
  /** Runs everything as briefly as possible, to show that it works. */
  readonly smoke: boolean;
  /** Includes a catalog of 100,000 errors. */
  readonly large: boolean;
}

/** A group of benchmarks that can run on its own. */
export interface Part {
  readonly name: string;
  /** The heading above its tables. */
  readonly title: string;
  /** How much it measures at full effort, in words: `31 rounds of 25 ms each`. */
  readonly extent: string;
  /** Yields its figures one after the other. */
  measure(effort: Effort): AsyncIterable<Figures>;
}

export function isGrowth(figures: Figures): figures is Growth {
  return "sizes" in figures;
}

export function isComparison(figures: Figures): figures is Comparison {
  return "rows" in figures;
}

/** Checks whether a row or line is about this package. */
export function isOurs({ name }: Named): boolean {
  return name.startsWith(OURS);
}

/** The name of a row or line in a table or chart. Drops the package's name if all rows begin with it. */
export function labelOf({ name }: Named, all: readonly Named[]): string {
  return all.every((row) => row.name.startsWith(`${OURS}, `)) ? name.slice(OURS.length + 2) : name;
}

interface Named {
  readonly name: string;
}

const OURS = "grpc-rich-errors";

import { type Comparison, isComparison, type Row, type Unit } from "../figures.js";
import type { Results } from "./results.js";
import { short, table } from "./tables.js";

// The ten figures that a team asks for first. Each refers to the comparisons in the results by id and row name.

/** One line of the overview. */
export interface Figure {
  readonly label: string;
  readonly unit: Unit;
  /** The value of this package. */
  readonly value: number;
  /** A second value of this package, with its condition. */
  readonly variant?: { readonly label: string; readonly value: number };
  /** One entry for each of {@link CONTENDERS}; `undefined` if it cannot do the work. */
  readonly others: readonly (Other | undefined)[];
}

export interface Other {
  readonly value: number;
  /** The ratio of its value to this package's value, both measured in the same rounds. */
  readonly times: number;
}

export const CONTENDERS = [
  "hand-written code, or plain grpc-js",
  "grpc-js with a protobuf library",
  "nice-grpc-error-details",
  "Connect",
  "google-gax",
] as const;

/** The overview's line for one comparison. */
interface Line {
  readonly label: string;
  readonly comparison: string;
  readonly ours: string;
  readonly variant?: { readonly label: string; readonly row: string };
  /** The rows of each contender. The fastest of several rows counts. */
  readonly others: Readonly<Partial<Record<(typeof CONTENDERS)[number], readonly string[]>>>;
}

const PROTOBUF_LIBRARIES = [
  "grpc-js with protobufjs",
  "grpc-js with ts-proto",
  "grpc-js with protobuf-es",
  "grpc-js with google-protobuf",
];
const PACKING: Pick<Line, "ours" | "others"> = {
  ours: "grpc-rich-errors",
  others: {
    "hand-written code, or plain grpc-js": ["hand-written"],
    "grpc-js with a protobuf library": PROTOBUF_LIBRARIES,
    "nice-grpc-error-details": ["nice-grpc-error-details"],
    Connect: ["@connectrpc/connect"],
  },
};
const READING: Pick<Line, "ours" | "others"> = {
  ...PACKING,
  others: { ...PACKING.others, "google-gax": ["google-gax"] },
};
const FAILING_CALLS: Pick<Line, "ours" | "others"> = {
  ours: "grpc-rich-errors",
  others: {
    "hand-written code, or plain grpc-js": ["grpc-js, plain status"],
    "grpc-js with a protobuf library": ["grpc-js with google-protobuf"],
    "nice-grpc-error-details": ["nice-grpc-error-details"],
    Connect: ["@connectrpc/connect"],
    "google-gax": ["google-gax, prepacked trailer"],
  },
};
const PACKAGES: Line["others"] = {
  "nice-grpc-error-details": ["nice-grpc and nice-grpc-error-details"],
  Connect: ["@connectrpc/connect and connect-node"],
  "google-gax": ["google-gax"],
};

const LINES: readonly Line[] = [
  { label: "Create and pack an error with two details", comparison: "pack-two", ...PACKING },
  { label: "Create and pack an error with five details", comparison: "pack-five", ...PACKING },
  { label: "Read one of two details", comparison: "unpack-detail", ...READING },
  { label: "Read all of five details", comparison: "unpack-five", ...READING },
  {
    label: "Unary call that succeeds",
    comparison: "call-succeeding",
    ours: "grpc-rich-errors, callback",
    others: {
      "hand-written code, or plain grpc-js": ["grpc-js, callback"],
      "nice-grpc-error-details": ["nice-grpc-error-details"],
      Connect: ["@connectrpc/connect"],
    },
  },
  { label: "Unary call that fails", comparison: "call-failing", ...FAILING_CALLS },
  { label: "Failing calls per second (more is better)", comparison: "calls-failing", ...FAILING_CALLS },
  {
    label: "Import",
    comparison: "import-processor",
    ours: "grpc-rich-errors, ESM",
    variant: { label: "as CommonJS", row: "grpc-rich-errors, CommonJS" },
    others: PACKAGES,
  },
  {
    label: "Bundle of client and server, minified",
    comparison: "bundle-node",
    ours: "grpc-rich-errors",
    others: PACKAGES,
  },
  {
    label: "Browser bundle, minified",
    comparison: "bundle-browser",
    ours: "grpc-rich-errors, a catalog with its classes",
    variant: { label: "with `grpc-rich-errors/http`", row: "grpc-rich-errors/http" },
    others: {
      "nice-grpc-error-details": ["nice-grpc-error-details"],
      Connect: ["@connectrpc/connect, errors and standard details"],
    },
  },
];

/**
 * Selects the figures of the overview.
 *
 * @throws RangeError if the results lack a comparison or row of the overview
 */
export function overviewOf({ parts }: Results): readonly Figure[] {
  const comparisons = parts.flatMap(({ figures }) => figures.filter(isComparison));
  return LINES.map((line) => {
    const comparison = comparisons.find(({ id }) => id === line.comparison);
    if (!comparison) throw new RangeError(`the overview needs comparison "${line.comparison}", which does not exist`);
    return figureOf(line, comparison);
  });
}

/** Checks whether larger values of a unit are better. */
export function isRate(unit: Unit): boolean {
  return unit === "calls/s";
}

/** Formats the overview as a Markdown table. */
export function overviewTable(overview: readonly Figure[]): string {
  const rows = overview.map(({ label, unit, value, variant, others }) => [
    label,
    `**${short(value)} ${unit}**${variant ? `; ${short(variant.value)} ${unit} ${variant.label}` : ""}`,
    ...others.map((other) => (other ? `${short(other.value)} ${unit} (${short(other.times)}×)` : "–")),
  ]);
  return table(["", "grpc-rich-errors", ...CONTENDERS], rows);
}

function figureOf({ label, ours, variant, others }: Line, comparison: Comparison): Figure {
  const { unit } = comparison;
  const own = rowOf(comparison, ours);
  return {
    label,
    unit,
    value: own.value,
    ...(variant && { variant: { label: variant.label, value: rowOf(comparison, variant.row).value } }),
    others: CONTENDERS.map((contender) => {
      const best = bestOf(others[contender]?.map((name) => rowOf(comparison, name)) ?? [], unit);
      return best && { value: best.value, times: best.ratio / own.ratio };
    }),
  };
}

function bestOf(rows: readonly Row[], unit: Unit): Row | undefined {
  const sorted = [...rows].sort((one, other) => one.ratio - other.ratio);
  return isRate(unit) ? sorted.at(-1) : sorted[0];
}

function rowOf({ id, rows }: Comparison, name: string): Row {
  const row = rows.find((row) => row.name === name);
  if (!row) throw new RangeError(`the overview needs row "${name}" of comparison "${id}", which does not exist`);
  return row;
}

import { CONTENDERS, type Figure, isRate } from "./overview.js";
import { line, picture, round, text } from "./svg.js";

const TITLE = "Cost of grpc-rich-errors and other libraries, as a multiple of grpc-rich-errors";
const WIDTH = 900;
const LABELS = 280;
const MARGIN = 20;
const ROW = 24;
const TOP = 66;
const FOOT = 44;
/** The steps of a logarithmic axis. */
const STEPS = [1, 2, 5];

/** Draws the overview: one line for each figure, one dot for each contender, on a logarithmic axis of ratios. */
export function overviewChart(overview: readonly Figure[]): string {
  const costs = overview.map(({ unit, others }) => others.map((other) => other && costOf(other.times, unit)));
  const axis = axisOf(costs.flat().filter((cost) => cost !== undefined));
  const bottom = TOP + overview.length * ROW;
  const grid = axis.ticks.flatMap((tick) => [
    line(axis.at(tick), TOP - 4, axis.at(tick), bottom, tick === 1 ? "own" : "grid"),
    text(axis.at(tick), bottom + 14, `${tick}×`, tick === 1 ? "ours middle" : "faint middle"),
  ]);
  const rows = overview.flatMap(({ label }, index) => {
    const y = TOP + index * ROW + ROW / 2;
    const others = (costs[index] ?? []).flatMap((cost, contender) =>
      cost === undefined ? [] : [dot(axis.at(cost), y, `hue${contender}`)],
    );
    return [text(LABELS - 12, y + 4, label.replace(/ \(.*\)$/, ""), "end"), ...others, dot(axis.at(1), y, "ours")];
  });
  const explanation = text(
    (LABELS + WIDTH - MARGIN) / 2,
    bottom + 34,
    "time or size compared with this package; for calls per second, the inverse; farther left is better",
    "faint middle",
  );
  return picture(TITLE, WIDTH, bottom + FOOT, [...legend(), ...grid, ...rows, explanation]);
}

/** The ratio of the time or size to this package's: the inverse of a rate. */
function costOf(times: number, unit: Figure["unit"]): number {
  return isRate(unit) ? 1 / times : times;
}

interface RatioAxis {
  readonly ticks: readonly number[];
  at(ratio: number): number;
}

function axisOf(ratios: readonly number[]): RatioAxis {
  const low = Math.log10(Math.min(1, ...ratios)) - 0.08;
  const high = Math.log10(Math.max(1, ...ratios)) + 0.08;
  const decades = Array.from({ length: Math.ceil(high) - Math.floor(low) }, (_, index) => Math.floor(low) + index);
  const ticks = decades.flatMap((decade) => STEPS.map((step) => Number((step * 10 ** decade).toPrecision(1))));
  return {
    ticks: ticks.filter((tick) => Math.log10(tick) >= low && Math.log10(tick) <= high),
    at: (ratio) => LABELS + ((Math.log10(ratio) - low) / (high - low)) * (WIDTH - MARGIN - LABELS),
  };
}

function legend(): string[] {
  const entries = ["grpc-rich-errors", ...CONTENDERS];
  return entries.flatMap((name, index) => {
    const x = MARGIN + (index % 3) * 280;
    const y = MARGIN + Math.floor(index / 3) * 20;
    return [
      dot(x + 5, y - 4, index === 0 ? "ours" : `hue${index - 1}`),
      text(x + 16, y, name, index === 0 ? "ours" : ""),
    ];
  });
}

function dot(x: number, y: number, style: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="5" class="dot ${style}"/>`;
}

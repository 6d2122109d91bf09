import { type Growth, isOurs, type Line, labelOf } from "../figures.js";
import { axisFor, HUES, line, picture, round, text, tickText } from "./svg.js";

const TITLE = "Growth of CPU time with the size of errors and catalogs";
const PLOT = { width: 380, height: 260 };
const LEGEND = 340;
const LEFT = 58;
const TOP = 40;
const FOOT = 62;
const PANEL = { width: LEFT + PLOT.width + LEGEND, height: TOP + PLOT.height + FOOT };
const MARGIN = 16;

/** Draws growth on logarithmic axes, where a power of the size is a straight line. */
export function growthChart(growths: readonly Growth[]): string {
  const others = growths.flatMap(({ lines }) => lines.filter((line) => !isOurs(line)).map(({ name }) => name));
  const hues = new Map([...new Set(others)].map((name, index) => [name, `hue${index % HUES}`]));
  const panels = growths.flatMap((growth, index) => {
    const left = MARGIN + (index % 2) * (PANEL.width + MARGIN);
    return panel(growth, hues, left, MARGIN + Math.floor(index / 2) * PANEL.height);
  });
  const rows = Math.ceil(growths.length / 2);
  return picture(TITLE, 2 * PANEL.width + 3 * MARGIN, rows * PANEL.height + MARGIN, panels);
}

/** The color of each contender, the same in all panels. */
type Hues = ReadonlyMap<string, string>;

function panel({ title, unit, of, sizes, lines }: Growth, hues: Hues, left: number, top: number): string[] {
  const from = left + LEFT;
  const to = from + PLOT.width;
  const bottom = top + TOP + PLOT.height;
  const across = axisFor(sizes, from, to);
  const up = axisFor(
    lines.flatMap(({ values }) => values),
    bottom,
    top + TOP,
  );
  const grid = [
    ...across.ticks.flatMap((tick) => [
      line(across.at(tick), top + TOP, across.at(tick), bottom, "grid"),
      text(across.at(tick), bottom + 15, tickText(tick), "faint middle"),
    ]),
    ...up.ticks.flatMap((tick) => [
      line(from, up.at(tick), to, up.at(tick), "grid"),
      text(from - 7, up.at(tick) + 4, tickText(tick), "faint end"),
    ]),
  ];
  // This package's own lines are drawn last, on top of the others.
  const named = styled(lines, hues);
  const drawn = [...named].reverse().map(({ line: { values }, color }) => {
    const points = values.flatMap((value, index) => {
      const size = sizes[index];
      return size === undefined || !(value > 0) ? [] : [`${round(across.at(size))},${round(up.at(value))}`];
    });
    return `<polyline points="${points.join(" ")}" class="curve ${color}"/>`;
  });
  return [
    text(left, top + 16, title.replaceAll("`", ""), "title"),
    ...grid,
    ...drawn,
    text((from + to) / 2, bottom + 33, of, "faint middle"),
    text(left, top + TOP - 8, unit, "faint"),
    ...legend(named, to + 14, top + TOP),
  ];
}

/** A line with the class of its color. */
interface StyledLine {
  readonly line: Line;
  readonly color: string;
}

/**
 * Sorts the lines: this package first, then the others from the slowest to the fastest. If all lines are about this
 * package, each gets its own color.
 */
function styled(lines: readonly Line[], hues: Hues): StyledLine[] {
  if (lines.every(isOurs)) return lines.map((line, index) => ({ line, color: `hue${index % HUES}` }));
  const last = ({ values }: Line) => values.at(-1) ?? 0;
  const others = lines.filter((line) => !isOurs(line)).sort((one, other) => last(other) - last(one));
  return [
    ...lines.filter(isOurs).map((line) => ({ line, color: "ours" })),
    ...others.map((line) => ({ line, color: hues.get(line.name) ?? "" })),
  ];
}

function legend(named: readonly StyledLine[], left: number, top: number): string[] {
  const all = named.map(({ line }) => line);
  return named.flatMap(({ line: own, color }, index) => {
    const y = top + 8 + index * 18;
    const { exponent } = own;
    const power = Number.isFinite(exponent) ? ` (exponent ${exponent.toFixed(2)})` : "";
    const label = `${labelOf(own, all)}${power}`;
    const style = color === "ours" ? color : "";
    return [line(left, y - 4, left + 18, y - 4, `curve ${color}`), text(left + 24, y, label, style)];
  });
}

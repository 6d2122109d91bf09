import { type Comparison, isOurs, labelOf, type Row } from "../figures.js";
import { checkGoal } from "./goals.js";
import { axisFor, line, picture, round, text, tickText } from "./svg.js";
import { short } from "./tables.js";

const TITLE = "Benchmarks with a goal, and the contenders of each";
const PANEL = 660;
const LABELS = 295;
const VALUES = 120;
const MARGIN = 20;
const ROW = 19;
const HEAD = 26;
const FOOT = 46;

/** Draws comparisons with goals: one dot for each contender on a logarithmic axis, and a bar at the goal. */
export function goalsChart(comparisons: readonly Comparison[]): string {
  const columns: [string[], string[]] = [[], []];
  const ends: [number, number] = [MARGIN + 24, MARGIN + 24];
  for (const comparison of comparisons) {
    const column = ends[0] <= ends[1] ? 0 : 1;
    columns[column].push(...panel(comparison, MARGIN + column * (PANEL + MARGIN), ends[column]));
    ends[column] += HEAD + comparison.rows.length * ROW + FOOT;
  }
  return picture(TITLE, 2 * PANEL + 3 * MARGIN, Math.max(...ends), [...legend(), ...columns.flat()]);
}

function legend(): string[] {
  const y = MARGIN + 4;
  return [
    `<circle cx="${MARGIN + 4}" cy="${y - 4}" r="4.5" class="dot ours"/>`,
    text(MARGIN + 14, y, "this package", "ours"),
    `<circle cx="${MARGIN + 114}" cy="${y - 4}" r="4.5" class="dot"/>`,
    text(MARGIN + 124, y, "others", "faint"),
    line(MARGIN + 184, y - 11, MARGIN + 184, y + 3, "goal"),
    text(MARGIN + 192, y, "goal (logarithmic axes)", "goal"),
  ];
}

function panel(comparison: Comparison, left: number, top: number): string[] {
  const { title, unit, rows } = comparison;
  const goals = rows.map((row) => goalOf(comparison, row));
  const from = left + LABELS;
  const to = left + PANEL - VALUES;
  const axis = axisFor([...rows.map(({ value }) => value), ...goals.filter((goal) => goal !== undefined)], from, to);
  const bottom = top + HEAD + rows.length * ROW;
  const grid = axis.ticks.flatMap((tick) => [
    line(axis.at(tick), top + HEAD - 6, axis.at(tick), bottom, "grid"),
    text(axis.at(tick), bottom + 13, tickText(tick), "faint middle"),
  ]);
  const contenders = rows.flatMap((row, index) => {
    const y = top + HEAD + index * ROW + ROW / 2;
    const ours = isOurs(row) ? " ours" : "";
    const goal = goals[index];
    const x = axis.at(row.value);
    return [
      text(left + LABELS - 10, y + 4, fitting(labelOf(row, rows)), `end${ours}`),
      line(from, y, x, y, "stem"),
      `<circle cx="${round(x)}" cy="${round(y)}" r="4.5" class="dot${ours}"/>`,
      ...(goal === undefined ? [] : [line(axis.at(goal), y - 8, axis.at(goal), y + 8, "goal")]),
      text(to + 10, y + 4, `${short(row.value)}${goal === undefined ? "" : ` (goal ${short(goal)})`}`, ours.trim()),
    ];
  });
  return [
    text(left, top + 10, plain(title), "title"),
    ...grid,
    ...contenders,
    text((from + to) / 2, bottom + 28, unit, "faint middle"),
  ];
}

/** The value at which the row would just meet its goal. */
function goalOf(comparison: Comparison, row: Row): number | undefined {
  const check = checkGoal(comparison, row);
  return check && (row.value * check.goal.figure) / check.measured;
}

/** Shortens a name to the width of its column. */
function fitting(name: string): string {
  const shown = plain(name);
  return shown.length > 46 ? `${shown.slice(0, 45)}…` : shown;
}

function plain(markdown: string): string {
  return markdown.replaceAll("`", "");
}

import {
  type Comparison,
  type Figures,
  type Goal,
  type Growth,
  isGrowth,
  isOurs,
  labelOf,
  type Row,
} from "../figures.js";
import { checkGoal, type GoalCheck } from "./goals.js";

/** Formats figures as a Markdown table. Rows with a goal show it beside the measured figure. */
export function tableOf(figures: Figures): string {
  return isGrowth(figures) ? growthTable(figures) : comparisonTable(figures);
}

/** Formats the goals of some comparisons as a Markdown table. Only the first goal of a comparison names it. */
export function goalsTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap((comparison) =>
    comparison.rows
      .flatMap((row) => {
        const check = checkGoal(comparison, row);
        return check ? [[row.name, ...checkCells(check, comparison, row)]] : [];
      })
      .map((cells, index) => [index === 0 ? comparison.title : "", ...cells]),
  );
  return table(["benchmark", "contender", "goal", "measured", ""], rows);
}

/** Formats a Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n");
}

/** Formats a number with three significant digits, or with all digits before the point. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function comparisonTable(comparison: Comparison): string {
  const { title, unit, rows } = comparison;
  const withGoals = rows.some(({ goal }) => goal);
  // Ratios between rows of this package alone say nothing, unless their error is known.
  const withRatios = !rows.every(isOurs) || rows.some(({ standardError }) => standardError !== undefined);
  const head = [title, unit, ...(withRatios ? ["ratio"] : []), ...(withGoals ? ["goal", "measured", ""] : [])];
  const cells = rows.map((row) => [
    labelOf(row, rows),
    short(row.value),
    ...(withRatios ? [ratioText(row)] : []),
    ...(withGoals ? goalCells(comparison, row) : []),
  ]);
  return table(head, cells);
}

/** A ratio with its standard error needs a third digit after the point. */
function ratioText({ ratio, standardError }: Row): string {
  if (standardError === undefined) return short(ratio);
  return Number.isFinite(standardError) ? `${ratio.toFixed(3)} ± ${standardError.toFixed(3)}` : ratio.toFixed(3);
}

function goalCells(comparison: Comparison, row: Row): readonly string[] {
  const check = checkGoal(comparison, row);
  return check ? checkCells(check, comparison, row) : ["", "", ""];
}

function checkCells(check: GoalCheck, { unit, rows }: Comparison, row: Row): readonly string[] {
  const { goal, measured } = check;
  return [
    goalText(goal, unit),
    goal.to === rows[0]?.name ? ratioText(row) : short(measured),
    verdict(check, row.standardError),
  ];
}

/** Two standard errors are about an interval of 95 %. Within it, the figure says neither that the goal is met nor missed. */
function verdict({ goal, measured, met }: GoalCheck, standardError = 0): string {
  if (Math.abs(measured - goal.figure) < 2 * standardError) return "within the error";
  return met ? "met" : "**missed**";
}

function goalText({ bound, figure, to }: Goal, unit: string): string {
  const limit = `${bound} ${short(figure)}`;
  return to === undefined ? `${limit} ${unit}` : `${limit} × “${to}”`;
}

function growthTable({ title, unit, of, sizes, lines }: Growth): string {
  const head = [`${title}, ${unit} by ${of}`, ...sizes.map((size) => size.toLocaleString("en")), "exponent"];
  return table(
    head,
    lines.map((line) => [labelOf(line, lines), ...line.values.map(short), exponentText(line.exponent)]),
  );
}

/** Formats an exponent. It is not a number if one of the values was zero. */
function exponentText(exponent: number): string {
  return Number.isFinite(exponent) ? exponent.toFixed(2) : "-";
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}

import { type Comparison, type Figures, type Goal, type Growth, isGrowth, isOurs, type Row } from "../figures.js";
import { checkGoal, type GoalCheck } from "./goals.js";

/** Figures as a table of Markdown, with a goal beside each figure that has one. */
export function tableOf(figures: Figures): string {
  return isGrowth(figures) ? growthTable(figures) : comparisonTable(figures);
}

/** All goals of some comparisons, and what came of them. */
export function goalsTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap((comparison) =>
    comparison.rows.flatMap((row) => {
      const check = checkGoal(comparison, row);
      return check ? [[comparison.title, row.name, ...checkCells(check, comparison)]] : [];
    }),
  );
  return table(["", "", "goal", "reached", ""], rows);
}

function comparisonTable(comparison: Comparison): string {
  const { title, unit, rows } = comparison;
  const withGoals = rows.some(({ goal }) => goal);
  // Of this package alone, there is nothing to compare with.
  const withRatios = !rows.every(isOurs);
  const head = [title, unit, ...(withRatios ? ["ratio"] : []), ...(withGoals ? ["goal", "reached", ""] : [])];
  const cells = rows.map((row) => [
    row.name,
    short(row.value),
    ...(withRatios ? [short(row.ratio)] : []),
    ...goalCells(comparison, row),
  ]);
  return table(head, cells);
}

function goalCells(comparison: Comparison, row: Row): readonly string[] {
  if (!comparison.rows.some(({ goal }) => goal)) return [];
  const check = checkGoal(comparison, row);
  return check ? checkCells(check, comparison) : ["", "", ""];
}

function checkCells({ goal, reached, met }: GoalCheck, { unit }: Comparison): readonly string[] {
  return [goalText(goal, unit), short(reached), met ? "met" : "**missed**"];
}

function goalText({ bound, figure, to }: Goal, unit: string): string {
  return to === undefined ? `${bound} ${short(figure)} ${unit}` : `${bound} ${short(figure)} of “${to}”`;
}

function growthTable({ title, unit, of, sizes, lines }: Growth): string {
  const shown = sizes.map((size) => size.toLocaleString("en"));
  const head = [`${title}: ${unit} for so many ${of}`, ...shown, "grows with the power"];
  return table(
    head,
    lines.map(({ name, values, exponent }) => [name, ...values.map(short), powerText(exponent)]),
  );
}

/** Of something small, what was measured may be nothing: then there is no power. */
function powerText(exponent: number): string {
  return Number.isFinite(exponent) ? exponent.toFixed(2) : "-";
}

/** Three digits that count, or all before the point. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.map(cell).join(" | ")} |`).join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

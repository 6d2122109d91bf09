import type { Comparison, Goal, Row } from "../figures.js";

/** What came of a goal. */
export interface GoalCheck {
  readonly goal: Goal;
  /** What is compared with the bound: a ratio, or the value itself. */
  readonly reached: number;
  readonly met: boolean;
}

/**
 * Judges a row by its goal, if it has one.
 *
 * @throws RangeError if the goal is a ratio to a row that is not there
 */
export function checkGoal({ id, rows }: Comparison, row: Row): GoalCheck | undefined {
  const { goal } = row;
  if (!goal) return undefined;
  const reached = goal.to === undefined ? row.value : row.ratio / ratioOf(goal.to, id, rows);
  return { goal, reached, met: goal.bound === "at most" ? reached <= goal.figure : reached >= goal.figure };
}

function ratioOf(name: string, id: string, rows: readonly Row[]): number {
  const found = rows.find((row) => row.name === name);
  if (!found) throw new RangeError(`"${id}" has a goal to "${name}", which is no row of it`);
  return found.ratio;
}

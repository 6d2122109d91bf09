import type { Comparison, Goal, Row } from "../figures.js";

/** A goal and the measured figure. */
export interface GoalCheck {
  readonly goal: Goal;
  /** The ratio or value that the goal limits. */
  readonly measured: number;
  readonly met: boolean;
}

/**
 * Checks a row against its goal. Returns `undefined` if the row has no goal.
 *
 * @throws RangeError if the goal refers to a row that does not exist
 */
export function checkGoal({ id, rows }: Comparison, row: Row): GoalCheck | undefined {
  const { goal } = row;
  if (!goal) return undefined;
  const measured = goal.to === undefined ? row.value : row.ratio / ratioOf(goal.to, id, rows);
  return { goal, measured, met: goal.bound === "at most" ? measured <= goal.figure : measured >= goal.figure };
}

function ratioOf(name: string, id: string, rows: readonly Row[]): number {
  const found = rows.find((row) => row.name === name);
  if (!found) throw new RangeError(`a goal of comparison "${id}" refers to row "${name}", which does not exist`);
  return found.ratio;
}

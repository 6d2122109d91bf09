import { begin, type Scenario, stepsFrom, type World } from "./world.js";

/** What can go wrong with a write. */
export const VIOLATIONS = ["lost", "doubled", "acknowledged and gone", "falsely not applied"] as const;

export type Violation = (typeof VIOLATIONS)[number];

/** The result of a search. */
export interface Found {
  /** The number of distinct states. */
  readonly states: number;
  /** How many of them are final: nothing more can happen. */
  readonly ends: number;
  /** How often each violation occurs in the final states. */
  readonly violations: Readonly<Record<Violation, number>>;
  /** The steps to the first violation. */
  readonly example: readonly string[] | undefined;
}

/** Explores every order of events of a scenario. */
export function search(scenario: Scenario): Found {
  const violations = { lost: 0, doubled: 0, "acknowledged and gone": 0, "falsely not applied": 0 };
  const seen = new Set<string>();
  const path: string[] = [];
  let ends = 0;
  let example: readonly string[] | undefined;
  const visit = (world: World) => {
    const key = JSON.stringify(world);
    if (seen.has(key)) return;
    seen.add(key);
    const steps = stepsFrom(world, scenario);
    // What may or may not happen, such as a failover, does not keep a state from being final.
    if (world.network.length === 0 && steps.every(({ name }) => name === "failover")) {
      ends++;
      const found = violationsIn(world);
      for (const violation of found) violations[violation]++;
      if (found.length > 0) example ??= [...path, `⇒ ${found.join(", ")}`];
    }
    for (const { name, world: next } of steps) {
      path.push(name);
      visit(next);
      path.pop();
    }
  };
  visit(begin(scenario));
  return { states: seen.size, ends, violations, example };
}

function violationsIn({ log, clients }: World): readonly Violation[] {
  const found: Violation[] = [];
  for (const { write, waits } of clients) {
    const times = log.entries.filter(({ event }) => event === write.event).length;
    if (typeof waits === "string") throw new Error(`a final state has a client that waits: ${waits}`);
    const { success, stored, mayBeApplied } = waits;
    if (times > 1) found.push("doubled");
    if (success && times === 0) found.push(stored ? "acknowledged and gone" : "lost");
    if (!success && !mayBeApplied && times > 0) found.push("falsely not applied");
  }
  return found;
}

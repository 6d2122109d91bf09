import { BUDGET } from "./numbers.js";

/** The tokens that all calls to one target share. It keeps clients from multiplying the load of a server in trouble. */
export class RetryBudget {
  #tokens = BUDGET;

  get tokens(): number {
    return this.#tokens;
  }

  take(cost: number): void {
    this.#tokens -= cost;
  }

  give(tokens: number): void {
    this.#tokens = Math.min(BUDGET, this.#tokens + tokens);
  }
}

const budgets = new Map<string, RetryBudget>();

/** Returns the budget of this process for a target. */
export function budgetOf(target: string): RetryBudget {
  const known = budgets.get(target);
  if (known) return known;
  const budget = new RetryBudget();
  budgets.set(target, budget);
  return budget;
}

import { BUDGET, HALF_LIFE, RESERVE } from "./numbers.js";

/** The tokens that all calls to one target share. It keeps clients from multiplying the load of a server in trouble. */
export class RetryBudget {
  #tokens = BUDGET;
  #recent = BUDGET;
  #halved = Date.now();

  get tokens(): number {
    return this.#tokens;
  }

  /**
   * The tokens for a server that turns requests away. Old ones expire: a client with few calls would otherwise save up for
   * minutes of retries, and many such clients would multiply the load of an overload.
   */
  get recent(): number {
    this.#expire();
    return this.#recent;
  }

  take(cost: number): void {
    this.#tokens -= cost;
    this.#recent -= cost;
  }

  give(tokens: number): void {
    this.#expire();
    this.#tokens = Math.min(BUDGET, this.#tokens + tokens);
    this.#recent = Math.min(BUDGET, this.#recent + tokens);
  }

  #expire(): void {
    const times = Math.floor((Date.now() - this.#halved) / HALF_LIFE);
    if (times <= 0) return;
    this.#halved += times * HALF_LIFE;
    const surplus = this.#recent - RESERVE;
    if (surplus > 0) this.#recent = RESERVE + surplus / 2 ** times;
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

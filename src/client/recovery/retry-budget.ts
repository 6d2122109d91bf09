import { BUDGET, HALF_LIFE, RESERVE } from "./numbers.js";

/** The retry budget that all calls to one target share. It keeps clients from multiplying the load of a server in trouble. */
export class RetryBudget {
  #tokens = BUDGET;
  #recent = RESERVE;
  #halved = Date.now();

  get tokens(): number {
    return this.#tokens;
  }

  /**
   * The tokens for a server that turns requests away: those that recent successes earned, and a reserve. With all of their
   * tokens, a client with few calls could retry for minutes, and many such clients would multiply an overload.
   */
  get recent(): number {
    this.#expire();
    return this.#recent;
  }

  /** Pays for a retry. */
  take(cost: number): void {
    this.#expire();
    this.#tokens -= cost;
    this.#recent = Math.max(0, this.#recent - cost);
  }

  /** Returns the tokens of a retry that does not happen. */
  giveBack(cost: number): void {
    this.#tokens = Math.min(BUDGET, this.#tokens + cost);
    this.#recent = Math.min(BUDGET, this.#recent + cost);
  }

  /** Counts a call that succeeded. The cost is that of its last retry, or 0 without a retry. */
  reward(cost: number): void {
    this.#expire();
    this.#tokens = Math.min(BUDGET, this.#tokens + (cost || 1));
    this.#recent = Math.min(BUDGET, this.#recent + 1);
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

import { afterEach, describe, expect, it, vi } from "vitest";
import { BUDGET, HALF_LIFE, RESERVE, THROTTLED_COST } from "../../../src/client/recovery/numbers.js";
import { budgetOf, RetryBudget } from "../../../src/client/recovery/retry-budget.js";

afterEach(() => {
  vi.useRealTimers();
});

/** Runs an hour in which a call succeeds every so many milliseconds. */
function succeedEvery(interval: number, budget: RetryBudget): void {
  for (let time = 0; time < 3_600_000; time += interval) {
    budget.reward(0);
    vi.advanceTimersByTime(interval);
  }
}

describe("a retry budget", () => {
  it("is full at first, takes what retries cost, and never holds more than it did at first", () => {
    const budget = new RetryBudget();
    expect(budget.tokens).toBe(BUDGET);
    budget.take(14);
    expect(budget.tokens).toBe(BUDGET - 14);
    budget.reward(0);
    expect(budget.tokens).toBe(BUDGET - 13);
    budget.reward(14);
    expect(budget.tokens).toBe(BUDGET);
  });

  it("takes back what a retry costs that does not happen", () => {
    const budget = new RetryBudget();
    budget.take(THROTTLED_COST);
    expect([budget.tokens, budget.recent]).toEqual([BUDGET - THROTTLED_COST, RESERVE - THROTTLED_COST]);
    budget.giveBack(THROTTLED_COST);
    expect([budget.tokens, budget.recent]).toEqual([BUDGET, RESERVE]);
  });

  it("belongs to a target", () => {
    expect(budgetOf("budget:1")).toBe(budgetOf("budget:1"));
    expect(budgetOf("budget:1")).not.toBe(budgetOf("budget:2"));
  });

  it("begins with a reserve for a server that turns requests away, and earns a token with each success", () => {
    const budget = new RetryBudget();
    expect(budget.recent).toBe(RESERVE);
    budget.take(THROTTLED_COST);
    budget.reward(THROTTLED_COST);
    expect([budget.tokens, budget.recent]).toEqual([BUDGET, RESERVE - THROTTLED_COST + 1]);
  });

  it("keeps all tokens for other retries, and few old ones for a server that turns requests away", () => {
    vi.useFakeTimers();
    const budget = new RetryBudget();
    for (let call = 0; call < 40; call++) budget.reward(0);
    expect(budget.recent).toBe(RESERVE + 40);
    vi.advanceTimersByTime(HALF_LIFE);
    expect(budget.recent).toBe(RESERVE + 20);
    vi.advanceTimersByTime(3_600_000);
    expect(budget.recent).toBeCloseTo(RESERVE);
    expect(budget.tokens).toBe(BUDGET);
  });

  it("has few recent tokens with few calls, and many with many", () => {
    vi.useFakeTimers();
    const few = new RetryBudget();
    succeedEvery(1_000, few);
    expect(few.recent / THROTTLED_COST).toBeLessThan(3);
    const many = new RetryBudget();
    succeedEvery(10, many);
    expect(many.recent / THROTTLED_COST).toBeGreaterThan(40);
  });

  it("does not get back what was used, and has no debt", () => {
    vi.useFakeTimers();
    const budget = new RetryBudget();
    budget.take(BUDGET - 3);
    vi.advanceTimersByTime(3_600_000);
    expect([budget.tokens, budget.recent]).toEqual([3, 0]);
    budget.reward(0);
    expect(budget.recent).toBe(1);
  });
});

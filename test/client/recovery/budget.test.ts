import { afterEach, describe, expect, it, vi } from "vitest";
import { budgetOf, RetryBudget } from "../../../src/client/recovery/budget.js";
import { BUDGET, HALF_LIFE, RESERVE, THROTTLED_COST } from "../../../src/client/recovery/numbers.js";

afterEach(() => {
  vi.useRealTimers();
});

/** Runs an hour in which a call succeeds every so many milliseconds. */
function succeedEvery(interval: number, budget: RetryBudget): void {
  for (let time = 0; time < 3_600_000; time += interval) {
    budget.give(1);
    vi.advanceTimersByTime(interval);
  }
}

describe("a retry budget", () => {
  it("is full at first, takes what retries cost, and never holds more than it did at first", () => {
    const budget = new RetryBudget();
    expect([budget.tokens, budget.recent]).toEqual([BUDGET, BUDGET]);
    budget.take(14);
    expect([budget.tokens, budget.recent]).toEqual([BUDGET - 14, BUDGET - 14]);
    budget.give(100);
    expect([budget.tokens, budget.recent]).toEqual([BUDGET, BUDGET]);
  });

  it("belongs to a target", () => {
    expect(budgetOf("budget:1")).toBe(budgetOf("budget:1"));
    expect(budgetOf("budget:1")).not.toBe(budgetOf("budget:2"));
  });

  it("keeps all tokens for other retries, and few old ones for a server that turns requests away", () => {
    vi.useFakeTimers();
    const budget = new RetryBudget();
    vi.advanceTimersByTime(HALF_LIFE);
    expect(budget.recent).toBe(RESERVE + (BUDGET - RESERVE) / 2);
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

  it("keeps its reserve, and does not get back what was used", () => {
    vi.useFakeTimers();
    const budget = new RetryBudget();
    budget.take(BUDGET - 3);
    vi.advanceTimersByTime(3_600_000);
    expect([budget.tokens, budget.recent]).toEqual([3, 3]);
  });
});

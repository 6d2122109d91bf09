import fc from "fast-check";
import { expect, it } from "vitest";
import { checkBudget } from "./budget-check.js";
import { largeFailure } from "./large-failures.js";
import { runs, TIMEOUT } from "./runs.js";

it(
  "keeps the header block of every failure within its budget",
  () => {
    fc.assert(
      fc.property(largeFailure, (failure) => {
        for (const { size, budget } of checkBudget(failure)) expect(size).toBeLessThanOrEqual(budget);
      }),
      runs(0.1),
    );
  },
  TIMEOUT,
);

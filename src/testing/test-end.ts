import { TEST_END } from "../platform/symbols.js";
import { thrownText } from "../platform/values.js";

/** A function that runs when a test ends. If it throws or rejects, the test fails. */
export type TestEnd = () => void | Promise<void>;

interface Shared {
  [TEST_END]?: (end: TestEnd) => void;
}

/** Sets the function that registers functions for the end of the current test. */
export function setTestEnd(register: (end: TestEnd) => void): void {
  (globalThis as Shared)[TEST_END] = register;
}

/** Runs a function when the current test ends, if the test runner is registered. */
export function atTestEnd(end: TestEnd): void {
  (globalThis as Shared)[TEST_END]?.(end);
}

/**
 * Runs functions in reverse order. All of them run, also after one has failed.
 *
 * @throws the failure, or an AggregateError of several failures, whose message has those of all
 */
export async function runEnds(ends: TestEnd[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 1) throw new AggregateError(failures, failures.map(thrownText).join("\n\n"));
  if (failures.length === 1) throw failures[0];
}

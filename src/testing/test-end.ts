import { TEST_END } from "../platform/symbols.js";

/** A function that runs when a test ends. If it throws or rejects, the test fails. */
export type TestEnd = () => void | Promise<void>;

interface Shared {
  [TEST_END]?: (end: TestEnd) => void;
}

/** Sets how functions are registered that run when the current test ends. */
export function setTestEnd(register: (end: TestEnd) => void): void {
  (globalThis as Shared)[TEST_END] = register;
}

/** Runs a function when the current test ends, if the test runner is registered. */
export function atTestEnd(end: TestEnd): void {
  (globalThis as Shared)[TEST_END]?.(end);
}

/** Runs functions in reverse order. All of them run, and then the first failure is thrown. */
export async function runEnds(ends: TestEnd[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(0).reverse()) {
    try {
      await end();
    } catch (failure) {
      failures.push(failure);
    }
  }
  if (failures.length > 0) throw failures[0];
}

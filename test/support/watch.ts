import { afterAll, beforeAll, expect } from "vitest";

/** Fails the tests of a file if any of them left an uncaught error, which would have crashed the process. */
export function expectNothingUncaught(): void {
  const uncaught: unknown[] = [];
  const note = (thrown: unknown) => uncaught.push(thrown);
  beforeAll(() => {
    process.on("unhandledRejection", note).on("uncaughtException", note);
  });
  afterAll(async () => {
    // Node reports an unhandled rejection one turn after it happened.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note).off("uncaughtException", note);
    expect(uncaught).toEqual([]);
  });
}

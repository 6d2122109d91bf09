import { afterAll, beforeAll, expect } from "vitest";

/** Has the tests of a file fail if any of them left an error that nobody caught: it would have ended the process. */
export function expectNothingUncaught(): void {
  const uncaught: unknown[] = [];
  const note = (thrown: unknown) => uncaught.push(thrown);
  beforeAll(() => {
    process.on("unhandledRejection", note).on("uncaughtException", note);
  });
  afterAll(async () => {
    // A rejection counts as unhandled after the turn that it happened in.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note).off("uncaughtException", note);
    expect(uncaught).toEqual([]);
  });
}

import type { Issue } from "grpc-rich-errors";
import { expect } from "vitest";

/** Asserts that no two issues are the same. */
export function expectEachOnce(issues: readonly Issue[]): void {
  const said = issues.map(({ kind, message }) => `${kind}: ${message}`);
  expect(said).toEqual([...new Set(said)]);
}

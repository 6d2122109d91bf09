import assert from "node:assert/strict";
import type { ErrorContent } from "./clients/client.js";
import type { RunningHere } from "./running.js";
import { type Scenario, sampleFor } from "./scenario.js";

/** Makes a failing call and checks that the client reads the expected error, or nothing but its status. */
export async function check(
  { name, client }: RunningHere,
  expected: "all" | "nothing",
  scenario: Scenario,
): Promise<void> {
  const { reason, fieldViolations } = sampleFor({ scenario, before: 17 });
  const read = await client.fail(scenario, 17);
  assert.deepEqual(read && bare(read), expected === "all" ? { reason, violations: fieldViolations } : undefined, name);
}

/** Copies the error without the members of library classes. */
function bare({ reason, violations }: ErrorContent): ErrorContent {
  return { reason, violations: violations.map(({ field, description }) => ({ field, description })) };
}

import assert from "node:assert/strict";
import type { ReadError } from "./clients/client.js";
import type { Running } from "./running.js";
import { type Scenario, sampleFor } from "./scenario.js";

/** Has a client make a call that fails, and sees to it that it learns from the error what it should. */
export async function check({ name, client }: Running, learns: "all" | "nothing", scenario: Scenario): Promise<void> {
  const { reason, fieldViolations } = sampleFor({ scenario, before: 17 });
  const learnt = await client.fail(scenario, 17);
  assert.deepEqual(
    learnt && bare(learnt),
    learns === "all" ? { reason, violations: fieldViolations } : undefined,
    name,
  );
}

/** Without what the classes of a library add. */
function bare({ reason, violations }: ReadError): ReadError {
  return { reason, violations: violations.map(({ field, description }) => ({ field, description })) };
}

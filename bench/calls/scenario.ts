import { type Sample, TWO } from "../samples.js";

/** The `scenario` of a request. The request's `before` is the number of the call, or of the messages to send. */
export type Scenario = "succeed" | "fail" | "fail-unlike" | "generate" | "write";

interface Request {
  readonly scenario: string;
  readonly before: number;
}

/** Returns the sample for a request: always the same, or a unique one for `fail-unlike`. */
export function sampleFor({ scenario, before }: Request): Sample {
  if (scenario !== ("fail-unlike" satisfies Scenario)) return TWO;
  const [, ...others] = TWO.fieldViolations;
  const first = { field: `items[${before}].count`, description: "must be at least 1" };
  return { ...TWO, message: `order ${before} has 2 mistakes`, fieldViolations: [first, ...others] };
}

/** Yields the messages of a server stream. */
export async function* responses({ before }: Request) {
  for (let index = 0; index < before; index++) yield { index };
}

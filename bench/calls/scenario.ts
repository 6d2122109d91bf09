import { type Sample, TWO } from "../samples.js";

/** What calls ask servers for, as `scenario` of their request. Its `before` is the call's number, or counts messages. */
export type Scenario = "succeed" | "fail" | "fail-unlike" | "generate" | "write";

interface Request {
  readonly scenario: string;
  readonly before: number;
}

/** The sample of the error that a request asks for: always the same, or such as no other call has. */
export function sampleFor({ scenario, before }: Request): Sample {
  if (scenario !== ("fail-unlike" satisfies Scenario)) return TWO;
  const [, ...others] = TWO.fieldViolations;
  const first = { field: `items[${before}].count`, description: "must be at least 1" };
  return { ...TWO, message: `order ${before} has 2 mistakes`, fieldViolations: [first, ...others] };
}

/** The responses of a server that streams. */
export async function* responses({ before }: Request) {
  for (let index = 0; index < before; index++) yield { index };
}

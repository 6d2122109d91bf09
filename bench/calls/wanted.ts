import { type Facts, TWO } from "../facts.js";

/** What calls ask servers for, as `scenario` of their request. Its `before` is the call's number, or counts messages. */
export type Scenario = "succeed" | "fail" | "fail-unlike" | "generate" | "write";

interface Request {
  readonly scenario: string;
  readonly before: number;
}

/** The facts of the error that a request asks for: always the same, or such as no other call has. */
export function wanted({ scenario, before }: Request): Facts {
  if (scenario !== ("fail-unlike" satisfies Scenario)) return TWO;
  const [, ...others] = TWO.fieldViolations;
  const first = { field: `items[${before}].count`, description: "must be at least 1" };
  return { ...TWO, message: `order ${before} has 2 mistakes`, fieldViolations: [first, ...others] };
}

/** The answers of a server that streams. */
export async function* answers({ before }: Request) {
  for (let index = 0; index < before; index++) yield { index };
}

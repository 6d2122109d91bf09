/**
 * How many cases a property runs, each time with another seed, which a failure prints: few by default, so that the suite
 * stays quick; `FUZZ_RUNS=1000000 npx vitest run test/fuzz` for a long night.
 *
 * @param share the property's share of all runs
 */
export function runs(share: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(Number(process.env["FUZZ_RUNS"] ?? 10_000) * share)) };
}

/** The time limit of a property, in milliseconds. */
export const TIMEOUT = 600_000;

/**
 * How many cases a property is tried with: few by default, so that the suite
 * stays quick; `FUZZ_RUNS=1000000 npx vitest run test/fuzz` for a long night.
 *
 * @param share how much of the whole the property gets
 */
export function runs(share: number): { numRuns: number } {
  return { numRuns: Math.max(1, Math.round(Number(process.env["FUZZ_RUNS"] ?? 20_000) * share)) };
}

/** How long a property may take, in milliseconds. */
export const TIMEOUT = 600_000;

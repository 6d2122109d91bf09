/** The mutant that a test run switches on. */
export interface MutantSwitch {
  /** `undefined` while the run records which mutants each test file reaches. */
  readonly mutant: string | undefined;
  /** How often the mutant may be reached before it counts as an endless loop. */
  readonly hitLimit: number;
  /** The folder to which test files write the mutants that they reach. */
  readonly coverageFolder: string;
}

declare module "vitest" {
  interface ProvidedContext {
    mutantSwitch: MutantSwitch;
  }
}

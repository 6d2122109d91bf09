/** Which mutant a run of the tests switches on. */
export interface MutantSwitch {
  /** None while the run notes which mutants each test file reaches. */
  readonly mutant: string | undefined;
  /** How often the mutant may be reached before it counts as an endless loop. */
  readonly hitLimit: number;
  /** The folder that test files write the mutants to that they reach. */
  readonly coverageFolder: string;
}

declare module "vitest" {
  interface ProvidedContext {
    mutantSwitch: MutantSwitch;
  }
}

import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, expect, inject } from "vitest";
import type { MutantSwitch } from "./switch.js";

// Runs before the code under test is loaded, and switches on one mutant, or none to record which mutants each test file reaches.

const { mutant, hitLimit, coverageFolder }: MutantSwitch = inject("mutantSwitch");

interface Namespace {
  activeMutant?: string;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: { static: Record<string, number> };
}
const shared = globalThis as { __stryker__?: Namespace };
shared.__stryker__ =
  mutant === undefined ? { mutantCoverage: { static: {} } } : { activeMutant: mutant, hitCount: 0, hitLimit };

if (mutant === undefined) {
  afterAll(() => {
    const file = expect.getState().testPath ?? "";
    mkdirSync(coverageFolder, { recursive: true });
    const hits = shared.__stryker__?.mutantCoverage?.static ?? {};
    writeFileSync(join(coverageFolder, `${basename(file)}-${process.pid}.json`), JSON.stringify({ file, hits }));
  });
}

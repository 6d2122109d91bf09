import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createVitest, type TestSpecification, type Vitest } from "vitest/node";
import type { Mutant, MutatedSource } from "./mutants.js";
import type { MutantSwitch } from "./switch.js";

/** A test file, and how often it reaches each mutant. */
interface Reach {
  readonly file: string;
  readonly hits: Readonly<Record<string, number>>;
}

/** How long all tests took, and which of them fail without a mutant. */
interface Summary {
  readonly durations: readonly (readonly [file: string, ms: number])[];
  readonly unfit: readonly string[];
}

/** Tests of other parts of the package, or of the built package. They reach no mutant. */
const APART = /\/test\/(bench|cli|declaration|examples|package|plugin|types)\//;

/** A mutant whose tests take more milliseconds than this counts as hanging, which kills it. */
const HANGS = 120_000;

/** Runs the tests that reach a mutant, beginning with the one that most likely notices it. */
export class MutantRunner {
  readonly #vitest: Vitest;
  readonly #coverageFolder: string;
  #specifications = new Map<string, TestSpecification>();
  #reaches: readonly Reach[] = [];
  readonly #durations = new Map<string, number>();

  readonly #most: number;

  private constructor(vitest: Vitest, coverageFolder: string, most: number) {
    this.#vitest = vitest;
    this.#coverageFolder = coverageFolder;
    this.#most = most;
  }

  /**
   * Runs all tests once without a mutant, to learn which mutants each test file reaches.
   *
   * @param reuse whether to use the results of the last run, which must have had the same source
   * @param most how many test files may run for a mutant; the quickest are chosen
   */
  static async start(root: string, { code }: MutatedSource, reuse: boolean, most: number): Promise<MutantRunner> {
    const plugin = {
      name: "mutants",
      enforce: "pre" as const,
      transform: (original: string, id: string) => {
        const mutated = code.get(id);
        return { code: mutated === undefined ? original : `// @ts-nocheck\n${mutated}`, map: null };
      },
    };
    const config = join(root, "test/mutation/vitest.config.ts");
    const setupFiles = ["./test/mutation/setup.ts", "./test/setup.ts"];
    const options = { watch: false, reporters: [{}], config, setupFiles };
    const sequence = { setupFiles: "list" as const };
    const vitest = await createVitest(
      "test",
      { ...options, sequence, root, bail: 0, testTimeout: 20_000, retry: 0 },
      { plugins: [plugin] },
    );
    const runner = new MutantRunner(vitest, join(root, "build/mutation"), most);
    await runner.#learn(reuse);
    return runner;
  }

  async #learn(reuse: boolean): Promise<void> {
    const specifications = (await this.#vitest.globTestSpecifications()).filter(
      ({ moduleId }) => !APART.test(moduleId),
    );
    const summary = join(this.#coverageFolder, "summary.json");
    if (!reuse) writeFileSync(summary, JSON.stringify(await this.#runAll(specifications)));
    const { durations, unfit }: Summary = JSON.parse(readFileSync(summary, "utf8"));
    for (const file of unfit) console.log(`left out, because it fails without a mutant: ${file}`);
    for (const [file, duration] of durations) this.#durations.set(file, duration);
    const fit = specifications.filter(({ moduleId }) => !unfit.includes(moduleId));
    this.#specifications = new Map(fit.map((specification) => [specification.moduleId, specification]));
    const reports = readdirSync(join(this.#coverageFolder, "reach"));
    this.#reaches = reports.map((file) => JSON.parse(readFileSync(join(this.#coverageFolder, "reach", file), "utf8")));
  }

  /** Checks that a mutant that occurs nowhere survives: otherwise the other mutants do not die of the tests. */
  async control(): Promise<void> {
    const reaches = this.#reaches.filter(({ file }) => this.#specifications.has(file)).slice(0, 8);
    const killer = await this.#run("control", reaches);
    if (killer !== undefined) throw new Error(`${killer} fails without a mutant`);
  }

  async #runAll(specifications: TestSpecification[]): Promise<Summary> {
    rmSync(this.#coverageFolder, { recursive: true, force: true });
    this.#switch(undefined, 0);
    const { testModules } = await this.#vitest.runTestSpecifications(specifications);
    return {
      durations: testModules.map((module) => [module.moduleId, module.diagnostic().duration]),
      unfit: testModules.filter((module) => module.state() === "failed").map(({ moduleId }) => moduleId),
    };
  }

  /** Returns the first test file that fails with the mutant, or `undefined` if all pass. */
  async findKiller(mutant: Mutant): Promise<string | undefined> {
    const reaching = this.#reaches.filter(({ file, hits }) => hits[mutant.id] && this.#specifications.has(file));
    const mirror = mutant.file.replace(/^src\//, "/test/").replace(/ts$/, "");
    const rank = ({ file }: Reach) => (file.includes(mirror) ? 0 : 1e6) + (this.#durations.get(file) ?? 0);
    const ordered = [...reaching].sort((one, other) => rank(one) - rank(other)).slice(0, this.#most);
    // The mutant's own test first, then more and more at once.
    for (let at = 0, count = 1; at < ordered.length; at += count, count = at === 1 ? 4 : 16) {
      const killer = await this.#run(mutant.id, ordered.slice(at, at + count));
      if (killer !== undefined) return killer;
    }
    return undefined;
  }

  async #run(id: string, reaches: readonly Reach[]): Promise<string | undefined> {
    const most = Math.max(...reaches.map(({ hits }) => hits[id] ?? 0));
    this.#switch(id, most * 100 + 10_000);
    const specifications = reaches.flatMap(({ file }) => this.#specifications.get(file) ?? []);
    let hung = false;
    const watch = setTimeout(() => {
      hung = true;
      killWorkers();
    }, HANGS);
    try {
      // A run also returns the modules of earlier runs.
      this.#vitest.state.filesMap.clear();
      const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(specifications);
      if (hung) return "hangs";
      const failed = testModules.find((module) => module.state() === "failed");
      return failed?.moduleId ?? (unhandledErrors.length > 0 ? "an error outside of a test" : undefined);
    } finally {
      clearTimeout(watch);
    }
  }

  #switch(mutant: string | undefined, hitLimit: number): void {
    const setting: MutantSwitch = { mutant, hitLimit, coverageFolder: join(this.#coverageFolder, "reach") };
    this.#vitest.config.bail = mutant === undefined ? 0 : 1;
    this.#vitest.provide("mutantSwitch", setting);
  }

  close(): Promise<void> {
    return this.#vitest.close();
  }
}

/** An endless loop reads no message, so only a signal ends its worker. */
function killWorkers(): void {
  try {
    execFileSync("pkill", ["-KILL", "-P", String(process.pid), "-f", "vitest"]);
  } catch {
    // The worker has already ended.
  }
}

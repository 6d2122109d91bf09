/**
 * A reporter of Vitest that prints the coverage of errors after the tests, and fails the run below a threshold.
 *
 * @packageDocumentation
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { Reporter, Vitest } from "vitest/node";
import { checkOptions, type OptionNames } from "../platform/options.js";
import { clearFolder } from "./folder.js";
import { DEFAULT_FOLDER, FOLDER_VARIABLE } from "./record.js";

/** Options of {@link ErrorCoverageReporter}: those of `rich-errors coverage`. */
export interface ErrorCoverageOptions {
  /** The directories of the protos, or images. By default, the root of the project. */
  readonly protos?: readonly string[];
  /** The least percentages of all errors: `["handled=90"]`. By default, there are none. */
  readonly threshold?: readonly string[];
  /** The least percentages of the errors that the contract of each method names. By default, there are none. */
  readonly contractThreshold?: readonly string[];
  /** Errors that do not count: `["handled:LEGACY_*"]`. By default, all count. */
  readonly ignore?: readonly string[];
  /** The folder that tests write to. By default, `.rich-errors-coverage`, or `RICH_ERRORS_COVERAGE` of the environment. */
  readonly folder?: string;
  /**
   * Whether the folder keeps what earlier runs wrote, to merge several runs. By default, the reporter deletes it when it
   * starts.
   */
  readonly keep?: boolean;
}

const OPTIONS: OptionNames<ErrorCoverageOptions> = {
  protos: true,
  threshold: true,
  contractThreshold: true,
  ignore: true,
  folder: true,
  keep: true,
};

/**
 * Reports the coverage of errors after a run of Vitest:
 *
 * ```ts
 * export default defineConfig({
 *   test: {
 *     setupFiles: ["grpc-rich-errors/coverage/register"],
 *     reporters: ["default", ["grpc-rich-errors/coverage/vitest", { protos: ["proto"], threshold: ["handled=90"] }]],
 *   },
 * });
 * ```
 *
 * In watch mode, which runs a part of the tests, it prints nothing.
 */
export class ErrorCoverageReporter implements Reporter {
  readonly #options: ErrorCoverageOptions;
  #vitest: Vitest | undefined;
  #folder = "";

  /** @throws TypeError if an option is unknown */
  constructor(options: ErrorCoverageOptions = {}) {
    checkOptions("grpc-rich-errors/coverage/vitest", options, OPTIONS);
    this.#options = options;
  }

  /** Prepares the folder, before workers start. */
  onInit(vitest: Vitest): void {
    const { folder = process.env[FOLDER_VARIABLE] ?? DEFAULT_FOLDER, keep = false } = this.#options;
    this.#vitest = vitest;
    this.#folder = resolve(vitest.config.root, folder);
    process.env[FOLDER_VARIABLE] = this.#folder;
    if (!keep) clearFolder(this.#folder);
  }

  /** Runs `rich-errors coverage`, and takes over its exit code. */
  onTestRunEnd(): void {
    const { root, watch } = this.#vitest?.config ?? { root: ".", watch: true };
    if (watch) return;
    const { protos = [], threshold = [], contractThreshold = [], ignore = [] } = this.#options;
    const options = [
      ...protos.flatMap((path) => ["--protos", path]),
      ...threshold.flatMap((text) => ["--threshold", text]),
      ...contractThreshold.flatMap((text) => ["--contract-threshold", text]),
      ...ignore.flatMap((text) => ["--ignore", text]),
    ];
    const manifest = createRequire(join(root, "package.json")).resolve("grpc-rich-errors/package.json");
    const command = join(dirname(manifest), "dist/esm/src/cli/bin.js");
    const { status } = spawnSync(process.execPath, [command, "coverage", ...options, "--", this.#folder], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (status !== 0) process.exitCode = 1;
  }
}

// Vitest loads a reporter that is named by its default export.
export default ErrorCoverageReporter;

import { ErrorCoverageReporter } from "grpc-rich-errors/coverage/vitest";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { packageEntries } from "../../../package-entries.js";
import { run } from "../../cli/fake-terminal.js";
import { openPage } from "../page.js";
import { flat } from "../snippets.js";

const page = openPage("docs/error-coverage.md");

test("shows how tests record which errors they cover, and how to report it", async () => {
  const { default: config } = await page.imported(page.take("defineConfig("));
  const { scripts, jest } = JSON.parse(page.take('"posttest"'));
  const shell = page.take("node --import");
  const steps: readonly { readonly run?: string }[] = parse(page.take("download-artifact"));
  const [reporter, options] = config.test.reporters[1];
  expect(() => new ErrorCoverageReporter(options)).not.toThrow();

  const entries = packageEntries().map(({ name }) => name);
  const loaded = [reporter, ...config.test.setupFiles, ...jest.setupFiles, /--import (\S+)/.exec(shell)?.[1]];
  expect(loaded.filter((name) => !entries.includes(name))).toEqual([]);

  for (const command of [scripts.posttest, flat(shell).split("\n").at(-1), steps.at(-1)?.run]) {
    const [program, ...args] = command.replace(/^npx /, "").split(" ");
    expect(program).toBe("rich-errors");
    const { code, err } = await run(args, { cwd: page.folder });
    expect([code, err]).toEqual([2, expect.stringContaining("has no data of tests")]);
  }
});

page.testOtherCode();

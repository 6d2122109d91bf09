import { readFileSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LINT_GROUPS } from "../../src/check/lint/groups.js";
import { ROOT, runTool } from "../plugin/compile.js";

// Runs the built plugin in buf itself, over real folders.
const PLUGIN = join(ROOT, "dist/esm/src/buf-plugin/bin.js");
const BAD = join(ROOT, "test/check/lint/bad");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rich-errors-buf-plugin-"));
  await cp(join(ROOT, "proto"), join(folder, "own"), { recursive: true });
  await cp(BAD, join(folder, "bad"), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs buf with the plugin, and returns what it prints: findings on stdout, failures on stderr. */
async function buf(command: readonly string[], config: string, plugin = JSON.stringify(["node", PLUGIN])) {
  const plugins = `plugins:\n  - plugin: ${plugin}\n`;
  await writeFile(join(folder, "buf.yaml"), `version: v2\nmodules:\n  - path: bad\n  - path: own\n${plugins}${config}`);
  try {
    const { stdout, stderr } = await runTool("buf", command, folder);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

// buf starts the plugin nine times for each module of its input, so that most tests name one.
const useAll = `lint:\n  use: [${Object.keys(LINT_GROUPS).join(", ")}]\n`;

interface BufFinding {
  readonly path: string;
  readonly start_line: number;
  readonly start_column: number;
  readonly type: string;
  readonly message: string;
}

const findingsIn = (stdout: string) =>
  stdout.split("\n").flatMap((line): BufFinding[] => (line === "" ? [] : [JSON.parse(line)]));

describe("buf lint", () => {
  it("finds the same in the bad protos as rich-errors lint, at the same places, and nothing in those of this package", async () => {
    const { code, stdout, stderr } = await buf(["lint", "--error-format", "json"], useAll);
    expect({ code, stderr }).toEqual({ code: 100, stderr: "" });
    const found = findingsIn(stdout).map(
      ({ path, start_line, start_column, type, message }) =>
        `test/check/lint/${path}:${start_line}:${start_column}: ${message} (${type})`,
    );
    const expected = readFileSync(join(BAD, "expected.txt"), "utf8").trim().split("\n");
    expect(found.sort()).toEqual(expected.sort());
  }, 180_000);

  it("runs the default rules beside its own if buf.yaml names none", async () => {
    const { stdout } = await buf(["lint", "bad", "--error-format", "json"], "");
    const types = new Set(findingsIn(stdout).map(({ type }) => type));
    expect(types).toContain("RICH_ERRORS_REASON_FORM");
    expect(types).toContain("PACKAGE_VERSION_SUFFIX");
    expect(types).not.toContain("RICH_ERRORS_METHOD_CONTRACT");
  }, 180_000);

  it("ignores what a comment ignores", async () => {
    const path = join(folder, "bad/http-status-code.proto");
    const proto = await readFile(path, "utf8");
    const ignoring = proto.replace(
      "enum OrderError",
      "// buf:lint:ignore RICH_ERRORS_HTTP_STATUS_CODE\nenum OrderError",
    );
    await writeFile(path, ignoring);
    const use = "lint:\n  use: [RICH_ERRORS_HTTP_STATUS_CODE]\n";
    expect(await buf(["lint", "bad"], use)).toMatchObject({ code: 0, stdout: "" });
    expect((await buf(["lint", "bad"], `${use}  disallow_comment_ignores: true\n`)).code).toBe(100);
    await writeFile(path, proto);
  }, 180_000);

  it("lists the rules and their groups", async () => {
    const { stdout } = await buf(["config", "ls-lint-rules", "--configured-only", "--module-path", "bad"], useAll);
    expect(stdout).toMatch(
      /^RICH_ERRORS_REASON_FORM +RICH_ERRORS_MINIMAL, RICH_ERRORS_STANDARD +.*Checks that reasons/m,
    );
  }, 180_000);

  it("shows the message of the plugin if it fails", async () => {
    const options = "    options:\n      strict: true\n";
    const { code, stderr } = await buf(["lint", "bad"], `${options}${useAll}`);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'the plugin has no option "strict"; remove it, and choose rules under lint and breaking in buf.yaml',
    );
  }, 180_000);
});

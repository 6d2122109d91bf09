import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Finding } from "../../../src/check/finding.js";
import { LINT_GROUPS } from "../../../src/check/lint/groups.js";
import { LINT_RULES } from "../../../src/check/lint/rules.js";
import { run } from "../../cli/fake-terminal.js";
import { ROOT } from "../../plugin/compile.js";

/** Protos that are wrong in one way each, named after the rule that finds it. */
const FOLDER = join(import.meta.dirname, "bad");
const ALL_RULES = ["--enable", Object.keys(LINT_GROUPS).join()];

/** `"reason-form.proto"` for `RICH_ERRORS_REASON_FORM`. */
const fileOf = (id: string) => `${id.replace("RICH_ERRORS_", "").toLowerCase().replaceAll("_", "-")}.proto`;

interface JsonLine extends Pick<Finding, "rule" | "text"> {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

let found: readonly JsonLine[];
beforeAll(async () => {
  const { code, out, err } = await run(["lint", FOLDER, "--format", "json", ...ALL_RULES]);
  expect({ code, err }).toEqual({ code: 1, err: "" });
  found = out.split("\n").flatMap((line) => (line === "" ? [] : (JSON.parse(line) as JsonLine)));
});

describe("protos that are wrong in one way each", () => {
  it.each(LINT_RULES.map(({ id }) => id))("%s finds what is wrong in its proto, and nothing else does", (id) => {
    const rules = found.filter(({ file }) => basename(file) === fileOf(id)).map(({ rule }) => rule);
    expect(rules.length).toBeGreaterThan(0);
    expect(new Set(rules)).toEqual(new Set([id]));
  });

  it("there is a proto for each rule, and one more for a reason in two files", () => {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith(".proto"));
    expect(names).toEqual([...LINT_RULES.map(({ id }) => fileOf(id)), "reason-unique-other.proto"].sort());
  });

  it("are reported with exact places, at the paths at which the user finds them", async () => {
    const { code, out, err } = await run(["lint", "test/check/lint/bad", ...ALL_RULES], { cwd: ROOT });
    expect({ code, err }).toEqual({ code: 1, err: "" });
    await expect(out).toMatchFileSnapshot(join(FOLDER, "expected.txt"));
    const places = found.map(({ file, line, column, text, rule }) => `${file}:${line}:${column}: ${text} (${rule})`);
    expect(`${places.join("\n")}\n`).toBe(out);
  });
});

describe("the list of rules", () => {
  it.each(LINT_RULES)("$id can be listed by buf", ({ id, purpose, groups }) => {
    expect(id).toMatch(/^RICH_ERRORS_[A-Z_]*[A-Z]$/);
    expect(id.length).toBeLessThanOrEqual(64);
    expect(purpose).toMatch(/^Checks .*\.$/);
    expect(purpose.length).toBeLessThanOrEqual(256);
    expect(groups.filter((group) => !(group in LINT_GROUPS))).toEqual([]);
  });

  it("has unique ids, which are no groups", () => {
    const ids = [...LINT_RULES.map(({ id }) => id), ...Object.keys(LINT_GROUPS)];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.entries(LINT_GROUPS))("%s has rules and a sentence about them", (group, purpose) => {
    expect(purpose).toMatch(/^Finds .*\.$/);
    expect(LINT_RULES.some(({ groups }) => groups.includes(group))).toBe(true);
  });
});

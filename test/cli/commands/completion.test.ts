import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../fake-terminal.js";

/** The completions that bash offers for a command line, the last word of which is being typed. */
function completedBy(script: string, line: string, cwd?: string): string[] {
  const program = `${script}
    # bash splits words at these characters, too.
    words=(); while IFS= read -r word; do words+=("$word"); done < <(printf %s "$1" | sed 's/=/ = /g' | tr ' ' '\\n'; echo)
    COMP_WORDS=("\${words[@]}") COMP_CWORD=$((\${#words[@]} - 1))
    _rich_errors
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-uc", program, "bash", line], {
    cwd,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((word) => word !== "");
}

describe("the completion script for bash", () => {
  it.each<[string, string[]]>([
    ["rich-errors ", ["init", "catalog", "lint", "breaking", "docs", "decode", "explain", "coverage", "completion"]],
    ["rich-errors init --", ["--proto", "--dry-run", "--help"]],
    ["rich-errors init --proto ", []],
    ["rich-errors cat", ["catalog"]],
    ["rich-errors -", ["--help", "--version"]],
    ["rich-errors catalog -", ["--format", "--help"]],
    ["rich-errors catalog proto --f", ["--format"]],
    ["rich-errors catalog --format ", ["table", "json", "csv"]],
    ["rich-errors catalog --format c", ["csv"]],
    ["rich-errors catalog --format=", ["table", "json", "csv"]],
    ["rich-errors catalog --format=j", ["json"]],
    ["rich-errors --format=json cat", ["catalog"]],
    ["rich-errors completion ", ["bash", "zsh", "fish"]],
    ["rich-errors completion z", ["zsh"]],
    ["rich-errors breaking proto --a", ["--against"]],
    ["rich-errors breaking proto --format ", ["text", "json", "github"]],
    ["rich-errors catalog ", []],
    ["rich-errors dec", ["decode"]],
    ["rich-errors decode --", ["--protos", "--hex", "--http", "--show-redacted", "--format", "--help"]],
    ["rich-errors decode --protos proto --format ", ["text", "json"]],
    ["rich-errors explain 7 --f", ["--format"]],
    ["rich-errors coverage --form", ["--format"]],
    ["rich-errors coverage one other --format ", ["text", "json", "github"]],
    ["rich-errors lint ", []],
  ])("completes %j", async (line, words) => {
    const { code, out, err } = await run(["completion", "bash"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(completedBy(out, line)).toEqual(words);
  });

  it("leaves other words to bash, which completes file names", async () => {
    const { out } = await run(["completion", "bash"]);
    const registered = spawnSync("bash", ["--norc", "-c", `${out}\ncomplete -p rich-errors`], { encoding: "utf8" });
    expect(registered.stdout).toBe("complete -o default -F _rich_errors rich-errors\n");
  });
});

describe("the completion script for zsh", () => {
  it("lists commands with descriptions, options with values, and files", async () => {
    const { code, out, err } = await run(["completion", "zsh"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("'completion:Prints a completion script for bash, zsh or fish.'");
    expect(out).toContain(
      "catalog) _arguments '--format=[The output format. By default, table.]:format:(table json csv)'",
    );
    expect(out).toContain("'1:input:_files'");
    expect(out).toContain("'1:shell:(bash zsh fish)'");
    expect(out).toContain("'*--protos=[A directory of protos, or an image. May be repeated.]:input:_files'");
    expect(out).toContain("'1::trailer:_files'");
  });
});

describe("the completion script for fish", () => {
  it("lists commands with descriptions, options with values, and files", async () => {
    const { code, out, err } = await run(["completion", "fish"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const after = "complete -c rich-errors -n '__fish_seen_subcommand_from";
    for (const line of [
      "complete -c rich-errors -n '__fish_use_subcommand' -a completion -d 'Prints a completion script for bash, zsh or fish.'",
      `${after} catalog' -l format -r -f -a 'table json csv' -d 'The output format. By default, table.'`,
      `${after} catalog' -s h -l help -d 'Prints this help.'`,
      `${after} catalog' -F`,
      `${after} completion' -f -a 'bash zsh fish'`,
    ]) {
      expect(out.split("\n")).toContain(line);
    }
  });
});

/** Lines, and the words that zsh and fish offer after them. */
const OFFERED: readonly [line: string, words: string[]][] = [
  ["rich-errors dec", ["decode"]],
  ["rich-errors c", ["catalog", "completion", "coverage"]],
  ["rich-errors coverage one other --format ", ["github", "json", "text"]],
  ["rich-errors decode --h", ["--help", "--hex", "--http"]],
  ["rich-errors decode --format ", ["json", "text"]],
  ["rich-errors explain 7 --p", ["--protos"]],
  ["rich-errors completion ", ["bash", "fish", "zsh"]],
];

function isInstalled(shell: string): boolean {
  return spawnSync(shell, ["--version"]).status === 0;
}

describe.skipIf(!isInstalled("zsh"))("the completion script in zsh itself (skipped if it is not installed)", () => {
  it.each(OFFERED)("offers what fits %j", async (line, words) => {
    expect(
      await offeredBy("zsh", (script) => ["-f", join(import.meta.dirname, "completions.zsh"), script, line]),
    ).toEqual(words);
  });
});

describe.skipIf(!isInstalled("fish"))("the completion script in fish itself (skipped if it is not installed)", () => {
  it.each(OFFERED)("offers what fits %j", async (line, words) => {
    const program = (script: string) => ["--no-config", "-c", `source ${script}; complete -C '${line}'`];
    expect(await offeredBy("fish", program)).toEqual(words);
  });
});

/** The words that a shell offers, sorted. */
async function offeredBy(shell: string, args: (script: string) => readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "rich-errors-completion-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, `rich-errors.${shell}`);
  writeFileSync(script, (await run(["completion", shell])).out);
  const { stdout, stderr, status } = spawnSync(shell, args(script), {
    encoding: "utf8",
    env: { ...process.env, HOME: folder },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .split("\n")
    .map((line) => line.split("\t")[0] ?? "")
    .filter((word) => word !== "")
    .sort();
}

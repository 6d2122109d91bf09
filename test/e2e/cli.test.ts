import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, runTool } from "../plugin/compile.js";

// Runs the published command in its own process. `npm run build` builds it before the tests.
const BIN = join(ROOT, "dist/esm/src/cli/bin.js");

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function cli(args: readonly string[], input = ""): Promise<Ended> {
  const running = promisify(execFile)(process.execPath, [BIN, ...args], { cwd: ROOT, maxBuffer: 2 ** 26 });
  running.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await running;
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

describe("the command rich-errors", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rich-errors-e2e-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("prints the errors of this package in every format, the same each time", async () => {
    const [json, again, csv, table] = await Promise.all(
      ["json", "json", "csv", "table"].map((format) => cli(["catalog", "proto", "--format", format])),
    );
    expect(again).toEqual(json);
    for (const ended of [json, csv, table]) expect(ended).toMatchObject({ code: 0, err: "" });
    const listing = JSON.parse(json?.out ?? "");
    const errors: { reason: string; className: string }[] = listing.enums.flatMap(
      (each: { errors: [] }) => each.errors,
    );
    expect(errors.length).toBeGreaterThan(180);
    for (const { reason, className } of errors) {
      expect(csv?.out).toContain(`,${reason},`);
      expect(table?.out).toContain(className);
    }
    expect(csv?.out.match(/^(?:hapnd|server|streams|indexes|registry|eventlog|aerospike),/gm)).toHaveLength(
      errors.length,
    );
    expect(table?.out).not.toContain("\u001b");
    expect(table?.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("prints the table that the documentation shows", async () => {
    const [, shown] = /```text\n([\s\S]*?)```/.exec(await readFile(join(ROOT, "docs/command-line.md"), "utf8")) ?? [];
    expect(await cli(["catalog", "examples/orders"])).toEqual({ code: 0, out: shown, err: "" });
  });

  it("prints the same for a directory, an image file and an image on stdin", async () => {
    const image = join(folder, "image.binpb");
    await runTool("buf", ["build", "proto", "-o", image], ROOT);
    const printed = await Promise.all([
      cli(["catalog", "proto", "--format", "csv"]),
      cli(["catalog", image, "--format", "csv"]),
      piped(`buf build proto -o -#format=json | "$0" "$1" catalog - --format csv`),
    ]);
    for (const each of printed) expect(each).toEqual({ ...printed[0], code: 0, err: "" });
  });

  it("prints every mistake in protos, and exits with 1", async () => {
    const broken = join(folder, "broken");
    await cp(join(ROOT, "test/declaration/expected-failures"), broken, { recursive: true });
    const { code, out, err } = await cli(["catalog", broken]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const files = new Set(
      err
        .trimEnd()
        .split("\n")
        .map((line) => /^([\w-]+)\.proto:\d+:\d+: ./.exec(line)?.[1]),
    );
    const names = (await readdir(broken)).filter((name) => name.endsWith(".proto")).map((name) => name.slice(0, -6));
    expect([...files].sort()).toEqual(names.filter((name) => name !== "reason-in-two-files-b").sort());
    await writeFile(join(broken, "syntax.proto"), 'syntax = "proto3";\nenum {}\n');
    expect((await cli(["catalog", broken])).err).toContain(`${join(broken, "syntax.proto")}:2:`);
  });

  it("exits with 2 for wrong arguments", async () => {
    expect(await cli(["catalog"])).toMatchObject({ code: 2, out: "" });
    expect(await cli(["catalog", "nowhere"])).toMatchObject({ code: 2, out: "" });
    expect(await cli(["catalog", "-"], "no image")).toMatchObject({ code: 2, out: "" });
  });

  it("is quiet if its reader closes the pipe early", async () => {
    const { code, out, err } = await piped(
      `"$0" "$1" catalog proto --format json | head -c 20; exit "\${PIPESTATUS[0]}"`,
    );
    expect({ code, out, err }).toEqual({ code: 0, out: '{\n  "enums": [\n    {', err: "" });
  });

  it.runIf(existsSync("/dev/full"))("says if the disk is full", async () => {
    const full = "rich-errors: cannot write the output: ENOSPC: no space left on device, write\n";
    expect(await piped(`"$0" "$1" completion bash > /dev/full`)).toEqual({ code: 2, out: "", err: full });
    expect(await piped(`"$0" "$1" > /dev/full 2>&1`)).toEqual({ code: 2, out: "", err: "" });
  });

  it("writes a large output completely to a slow reader", async () => {
    const { out } = await piped(`"$0" "$1" catalog proto --format json | (sleep 0.3; cat)`);
    expect(JSON.parse(out).enums).toHaveLength(7);
  });
});

/** Runs a pipeline in which `"$0" "$1"` is the command. */
function piped(script: string): Promise<Ended> {
  const child = spawn("bash", ["-c", script, process.execPath, BIN], {
    cwd: ROOT,
    env: { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env["PATH"]}` },
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? -1, out, err })));
}

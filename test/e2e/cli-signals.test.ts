import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ROOT } from "../plugin/compile.js";
import { protoFolder } from "../support/proto-folder.js";

// Runs the published command with a slow buf.
const BIN = join(ROOT, "dist/esm/src/cli/bin.js");

/** Fails for a missing import at the first run. At the second run, outside of the project, it never exits. */
const SLOW_BUF = `#!/bin/sh
if [ "$PWD" = "$PROJECT" ]; then
  echo '{"path":"a.proto","start_line":1,"start_column":1,"message":"imported file does not exist"}' >&2
  exit 100
fi
echo $$ > "$PROJECT/pid"
mv "$PROJECT/pid" "$PROJECT/started"
exec sleep 600
`;

interface Running {
  readonly process: ChildProcess;
  readonly temporary: string;
  /** The process id of buf. */
  readonly buf: number;
}

async function start(): Promise<Running> {
  const project = protoFolder({ "a.proto": 'syntax = "proto3"; import "b.proto";' });
  const bin = join(project, "node_modules/.bin");
  const temporary = join(project, "temporary");
  mkdirSync(bin, { recursive: true });
  mkdirSync(temporary);
  writeFileSync(join(bin, "buf"), SLOW_BUF);
  chmodSync(join(bin, "buf"), 0o755);
  const env = { ...process.env, TMPDIR: temporary, PROJECT: project };
  const running = spawn(process.execPath, [BIN, "catalog", "."], { cwd: project, env, stdio: "ignore" });
  onTestFinished(() => void running.kill("SIGKILL"));
  const started = join(project, "started");
  while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 20));
  return { process: running, temporary, buf: Number(readFileSync(started, "utf8")) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the command rich-errors", () => {
  it("leaves signals to the system while there is nothing to clean up, so that they also stop it while it computes", async () => {
    const project = protoFolder({});
    const running = spawn(process.execPath, [BIN, "decode"], { cwd: project, stdio: ["pipe", "ignore", "ignore"] });
    onTestFinished(() => void running.kill("SIGKILL"));
    // The pipe is full until the command reads its input.
    await new Promise((resolve) => running.stdin.write(Buffer.alloc(2 ** 20), resolve));
    running.kill("SIGINT");
    expect(await once(running, "exit")).toEqual([null, "SIGINT"]);
  });
});

describe("the command rich-errors, while buf runs", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("leaves no temporary file and no buf behind on %s", async (signal, code) => {
    const running = await start();
    expect(isRunning(running.buf)).toBe(true);
    running.process.kill(signal);
    expect(await once(running.process, "exit")).toEqual([code, null]);
    expect(code).toBe(128 + constants.signals[signal]);
    expect(readdirSync(running.temporary)).toEqual([]);
    // The command exits without waiting for buf.
    while (isRunning(running.buf)) await new Promise((resolve) => setTimeout(resolve, 20));
  });

  it("leaves no temporary file behind if buf is killed", async () => {
    const running = await start();
    process.kill(running.buf, "SIGKILL");
    expect(await once(running.process, "exit")).toEqual([2, null]);
    expect(readdirSync(running.temporary)).toEqual([]);
  });
});

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { Failure } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** What a run of buf came to. */
export interface BufRun {
  readonly succeeded: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/**
 * Runs buf: the one in the nearest `node_modules/.bin`, else the one on PATH.
 *
 * @throws Failure if there is none
 */
export async function runBuf(args: readonly string[], folder: string, terminal: Terminal): Promise<BufRun> {
  const child = spawn(findBuf(terminal.cwd()) ?? "buf", args, {
    cwd: folder,
    env: terminal.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A process that is ended takes buf along.
  const end = () => child.kill();
  process.once("exit", end);
  child.once("close", () => process.off("exit", end));
  const ended = new Promise<boolean>((resolve, reject) => {
    child.once("error", (error) => reject(notFound(error)));
    child.once("close", (code) => resolve(code === 0));
  });
  const [succeeded, stdout, stderr] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
  return { succeeded, stdout, stderr };
}

function findBuf(folder: string): string | undefined {
  const path = join(folder, "node_modules/.bin/buf");
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : findBuf(parent);
}

function notFound(error: Error): Failure {
  const found = `a directory is compiled with buf, which cannot be started (${error.message})`;
  const instead =
    "npm install --save-dev @bufbuild/buf, or give an image: " +
    "protoc --include_imports --include_source_info --descriptor_set_out=errors.binpb …";
  return Failure.usage(`${found}; ${instead}`, { cause: error });
}

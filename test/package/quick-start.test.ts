import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyProject, type EmptyProject } from "./project.js";
import { Pages } from "./snippets.js";

const PAGE = "docs/getting-started.md";

let pages: Pages;
let project: EmptyProject;
const running: ChildProcess[] = [];

beforeAll(async () => {
  pages = await Pages.read();
  project = await createEmptyProject();
});

afterAll(async () => {
  for (const command of running) {
    if (command.exitCode !== null || command.signalCode !== null || command.pid === undefined) continue;
    const closed = once(command, "close");
    try {
      process.kill(-command.pid);
    } catch {
      // The command has just ended by itself.
    }
    await closed;
  }
  await project.remove();
});

test("Getting started leads from an empty folder to the typed error, with only its own blocks in order", async () => {
  const snippets = pages.on(PAGE);
  const printed: string[] = [];
  for (const [index, { language, code, file }] of snippets.entries()) {
    if (file !== undefined) {
      await mkdir(join(project.folder, dirname(file)), { recursive: true });
      await writeFile(join(project.folder, file), code);
    } else if (language === "sh") {
      const next = snippets[index + 1];
      const output = next?.language === "text" ? next.code : undefined;
      printed.push(await run(code, output));
    } else {
      // A block that is neither a file nor a command is the output of the previous command.
      expect([language, printed.at(-1)]).toEqual(["text", code]);
    }
  }
  expect(printed.at(-1)).toMatch(/^order o-7 breaks rule 7 ORDER_REJECTED shop\.v1 7n 1500 rule 7 of the warehouse\n/);
});

/** Runs commands like a reader's shell, until they end or have printed the output on the page. */
async function run(commands: string, output: string | undefined): Promise<string> {
  const shell = spawn("bash", ["-ec", commands], { cwd: project.folder, env: project.env, detached: true });
  running.push(shell);
  let stdout = "";
  let stderr = "";
  shell.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    shell.stdout.on("data", (bytes) => {
      stdout += bytes;
      if (stdout === output) resolve(0);
    });
    shell.on("error", reject);
    shell.on("close", resolve);
  });
  expect(code, `${commands}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { clearFolder, readRun } from "../../src/coverage/folder.js";
import { HEADER } from "../../src/coverage/record.js";

const [FACTS, SCRIPT] = ["7-0123456789ab.jsonl", `${"a".repeat(64)}.js`];

function folderWith(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "rich-errors-folder-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of names) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), name.endsWith("jsonl") ? `${JSON.stringify(HEADER)}\n` : "text");
  }
  return folder;
}

it("clearFolder deletes what tests recorded, and nothing else, whichever folder a user names", () => {
  const folder = folderWith(FACTS, SCRIPT, "index.js", "data.jsonl", `src/${FACTS}`);
  clearFolder(folder);
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(["data.jsonl", "index.js", "src", `src/${FACTS}`]);
  expect(() => clearFolder(join(folder, "nowhere"))).not.toThrow();
});

it("readRun reads folders at any depth, and ignores those that do not exist", () => {
  const folder = folderWith(`one/${FACTS}`, `other/deep/${FACTS}`, `other/${SCRIPT}`);
  const { processes, facts, unreadable, scriptOf } = readRun([folder, join(folder, "nowhere")]);
  expect({ processes, facts, unreadable }).toEqual({ processes: 2, facts: [], unreadable: [] });
  expect([scriptOf("a".repeat(64)), scriptOf("b".repeat(64))]).toEqual(["text", undefined]);
});

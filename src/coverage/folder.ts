import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CountedFact, FACTS, readFacts, scriptFile } from "./record.js";

/** The facts of all processes that wrote into some folders. */
export interface Run {
  readonly facts: readonly CountedFact[];
  /** The number of files with facts. */
  readonly processes: number;
  /** The files that this version cannot read. */
  readonly unreadable: readonly string[];
  /** Returns the text of a script by its hash. */
  scriptOf(hash: string): string | undefined;
}

/** Reads folders of facts at any depth, so that one folder may hold those of several machines. */
export function readRun(folders: readonly string[]): Run {
  const files = folders.filter((folder) => existsSync(folder)).flatMap(filesIn);
  const written = files.filter((file) => file.endsWith(FACTS));
  const read = written.map((file) => ({ file, facts: readFacts(readFileSync(file, "utf8")) }));
  const scripts = new Map(files.map((file) => [file.split(/[\\/]/).at(-1), file]));
  return {
    facts: read.flatMap(({ facts = [] }) => facts),
    processes: read.filter(({ facts }) => facts).length,
    unreadable: read.filter(({ facts }) => !facts).map(({ file }) => file),
    scriptOf: (hash) => {
      const file = scripts.get(scriptFile(hash));
      return file === undefined ? undefined : readFileSync(file, "utf8");
    },
  };
}

/** Deletes what earlier runs wrote into a folder, and nothing else. */
export function clearFolder(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (WRITTEN.test(name)) rmSync(join(folder, name), { force: true });
}

/** The names of files with facts, and of those with scripts. */
const WRITTEN = /^\d+-[0-9a-f]{12}\.jsonl$|^[0-9a-f]{64}\.js$/;

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { printable } from "../declaration/problems.js";
import { runBuf } from "./buf.js";
import { Failure } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** What buf knows of a directory of protos. */
export interface Workspace {
  /** The folder of its `buf.yaml`; the directory itself if there is none. */
  readonly root: string;
  /** The folders that imports are looked up in. */
  readonly modules: readonly string[];
}

/**
 * Finds the workspace of a directory, as buf does: by the nearest `buf.yaml` or
 * `buf.work.yaml` upwards. A directory that is in none of its modules, and has
 * none in it, is a module by itself.
 *
 * @throws Failure if buf cannot read its configuration
 */
export async function findWorkspace(folder: string, terminal: Terminal): Promise<Workspace> {
  const root = configuredFolder(folder);
  if (root !== undefined) {
    const modules = await listModules(root, terminal);
    if (modules.some((module) => isWithin(folder, module) || isWithin(module, folder))) return { root, modules };
  }
  return { root: folder, modules: [folder] };
}

/** Tells whether a path is a folder or in it. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way.split(sep)[0] !== ".." && resolve(folder, way) === path);
}

/** Tells whether a path leads into an installed package. */
export function isInstalled(path: string): boolean {
  return path.split(/[\\/]/).includes("node_modules");
}

function configuredFolder(folder: string): string | undefined {
  if (["buf.yaml", "buf.work.yaml"].some((name) => existsSync(join(folder, name)))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : configuredFolder(parent);
}

async function listModules(root: string, terminal: Terminal): Promise<string[]> {
  const { succeeded, stdout, stderr } = await runBuf(["config", "ls-modules", "--format", "path"], root, terminal);
  if (!succeeded) throw Failure.usage(`buf cannot read its configuration in ${printable(root)}: ${stderr.trim()}`);
  const paths = stdout.toString().split(/\r?\n/);
  return paths.filter((path) => path !== "").map((path) => resolve(root, path));
}

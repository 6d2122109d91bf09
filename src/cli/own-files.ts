import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure } from "./failure.js";
import type { Image } from "./image.js";
import { PACKAGE_FOLDER } from "./package-folder.js";
import type { Terminal } from "./terminal.js";
import { findWorkspace, isInstalled } from "./workspace.js";

/**
 * An image without the files that installed packages bring, which buf takes for the user's own where a `buf.yaml`
 * has a folder in `node_modules` as a module.
 *
 * An image does not say which module a file is of, unless the module has a name. The workspace that the command is
 * run in does: a file is the user's own if a module outside of `node_modules` has it, or if no package has it.
 */
export async function ownOf(image: Image, terminal: Terminal): Promise<Image> {
  const modules = await modulesOf(terminal);
  if (!modules) return image;
  const installed = (module: string) => isInstalled(relative(terminal.cwd(), module));
  const own = modules.filter((module) => !installed(module));
  const others = [...modules.filter(installed), join(PACKAGE_FOLDER, "proto")];
  const has = (folders: readonly string[], name: string) => folders.some((folder) => existsSync(join(folder, name)));
  const targets = [...image.targets].filter((name) => has(own, name) || !has(others, name));
  return { ...image, targets: new Set(targets) };
}

/** The modules around; undefined if buf cannot tell them, because the image comes from elsewhere. */
async function modulesOf(terminal: Terminal): Promise<readonly string[] | undefined> {
  try {
    return (await findWorkspace(terminal.cwd(), terminal)).modules;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { printable } from "../declaration/problems.js";
import { type Build, type BuildFailure, build, failureFor, lacksFiles } from "./build.js";
import { Failure } from "./failure.js";
import type { Image } from "./image.js";
import { Scratch } from "./scratch.js";
import type { Terminal } from "./terminal.js";
import { findWorkspace, isInstalled, isWithin, type Workspace } from "./workspace.js";

/**
 * Compiles a directory of protos with buf.
 *
 * - In the way that buf compiles it by itself, with its `buf.yaml` and what that depends on.
 * - If files are missing then, with the protos of this package beside its modules.
 *
 * @throws Failure with all mistakes that buf found
 */
export async function compileFolder(path: string, terminal: Terminal): Promise<Image> {
  const folder = resolve(terminal.cwd(), path);
  if (!hasProtos(folder)) throw Failure.usage(`there is no .proto file in ${printable(path)}`);
  const workspace = await findWorkspace(folder, terminal);
  const asItIs = await buildAsItIs();
  if ("files" in asItIs) return only(asItIs, folder, workspace);
  if (!lacksFiles(asItIs)) throw failureFor(asItIs, printable(path));
  const completed = await buildCompleted();
  if ("files" in completed) return only(completed, folder, workspace);
  throw failureFor(withHint(completed, workspace), printable(path));

  /** A path as the user would write it. */
  function shown(path: string): string {
    const way = relative(terminal.cwd(), path);
    return way === "" ? "." : isWithin(path, terminal.cwd()) ? way : path;
  }

  /** buf takes a part of a module by `--path` only. It runs in the folder itself, whose name could be an option. */
  async function buildAsItIs(): Promise<Build> {
    const root = isPart(folder, workspace) ? workspace.root : folder;
    const installed = join(folder, "node_modules");
    const args = [
      ".",
      ...(root === folder ? [] : ["--path", listItem(relative(root, folder))]),
      ...(existsSync(installed) ? ["--exclude-path", listItem(relative(root, installed))] : []),
    ];
    return withPaths(await build(args, root, terminal), (path) => shown(resolve(root, path)));
  }

  async function buildCompleted(): Promise<Build> {
    const scratch = new Scratch(workspace.modules.filter(hasProtos));
    try {
      const target = scratch.inside(folder) ?? ".";
      const args = isPart(folder, workspace) ? [".", "--path", listItem(target)] : [target];
      return withPaths(await build(args, scratch.folder, terminal), (path) => shown(scratch.outside(path)));
    } finally {
      scratch.remove();
    }
  }
}

/** Tells whether a folder is in a module, and not the whole of it. */
function isPart(folder: string, { modules }: Workspace): boolean {
  const module = modules.find((module) => isWithin(folder, module));
  return module !== undefined && module !== folder;
}

/** A path as buf reads it from a list that is separated by commas. */
function listItem(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}

/** What buf came to, with other paths in its mistakes. */
function withPaths(build: Build, pathOf: (path: string) => string): Build {
  if ("files" in build) return build;
  return { ...build, mistakes: build.mistakes.map((mistake) => ({ ...mistake, path: pathOf(mistake.path) })) };
}

/** An image without the files of other modules: of those that packages bring, and of those elsewhere. */
function only(image: Image, folder: string, { modules }: Workspace): Image {
  if (modules.some((module) => isWithin(folder, module))) return image;
  const wanted = modules
    .filter((module) => isWithin(module, folder))
    .filter((module) => !isInstalled(relative(folder, module)));
  const targets = [...image.targets].filter((name) => wanted.some((module) => existsSync(join(module, name))));
  return { ...image, targets: new Set(targets) };
}

function withHint(failure: BuildFailure, { root }: Workspace): BuildFailure {
  // Without dependencies, a file that is missing is the user's affair.
  if (!lacksFiles(failure) || !existsSync(join(root, "buf.lock"))) return failure;
  const hint =
    "rich-errors: what buf.yaml depends on is only found where buf compiles it by itself; " +
    "write node_modules/grpc-rich-errors/proto as one of its modules";
  return { ...failure, text: [failure.text, hint].filter((text) => text !== "").join("\n") };
}

/** Tells whether a folder, or one in it, holds a proto; packages that are installed in it do not count. */
function hasProtos(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const entries = readdirSync(folder, { withFileTypes: true });
  if (entries.some((entry) => entry.name.endsWith(".proto") && !entry.isDirectory())) return true;
  return entries.some(
    (entry) => entry.isDirectory() && entry.name !== "node_modules" && hasProtos(join(folder, entry.name)),
  );
}

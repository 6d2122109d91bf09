import { existsSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { type Build, type BuildFailure, build, failureFor, lacksFiles } from "./build.js";
import { Failure } from "./failure.js";
import type { Image } from "./image.js";
import { Scratch } from "./scratch.js";
import type { Terminal } from "./terminal.js";
import { findWorkspace, isWithin, type Workspace } from "./workspace.js";

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
  if (!hasProtos(folder)) throw Failure.usage(`there is no .proto file in ${path}`);
  const workspace = await findWorkspace(folder, terminal);
  const installed = join(folder, "node_modules");
  const excluded = existsSync(installed) ? ["--exclude-path", shown(installed)] : [];
  const asItIs = await build([...targetOf(folder, workspace, shown), ...excluded], terminal.cwd(), terminal);
  if ("files" in asItIs) return only(asItIs, folder, workspace);
  if (!lacksFiles(asItIs)) throw failureFor(asItIs, path);
  const completed = await buildCompleted(folder, workspace, terminal);
  if ("files" in completed) return only(completed, folder, workspace);
  throw failureFor(withHint(completed, workspace), path);

  /** A path as the user would write it. */
  function shown(path: string): string {
    const way = relative(terminal.cwd(), path);
    return way === "" ? "." : isWithin(path, terminal.cwd()) ? way : path;
  }

  async function buildCompleted(folder: string, workspace: Workspace, terminal: Terminal): Promise<Build> {
    const scratch = new Scratch(workspace.modules.filter(hasProtos));
    try {
      const target = targetOf(folder, workspace, (path) => scratch.inside(path) ?? ".");
      const completed = await build(target, scratch.folder, terminal);
      if ("files" in completed) return completed;
      const mistakes = completed.mistakes.map((mistake) => ({
        ...mistake,
        path: shown(scratch.outside(mistake.path)),
      }));
      return { ...completed, mistakes };
    } finally {
      scratch.remove();
    }
  }
}

/** What `buf build` is to be told, which takes a part of a module by `--path` only. */
function targetOf(folder: string, { root, modules }: Workspace, shown: (path: string) => string): string[] {
  const module = modules.find((module) => isWithin(folder, module));
  const isPart = module !== undefined && module !== folder;
  return isPart ? [shown(root), "--path", shown(folder)] : [shown(folder)];
}

/** An image without the files of other modules: of those that packages bring, and of those elsewhere. */
function only(image: Image, folder: string, { modules }: Workspace): Image {
  if (modules.some((module) => isWithin(folder, module))) return image;
  const wanted = modules
    .filter((module) => isWithin(module, folder))
    .filter((module) => !relative(folder, module).split(/[\\/]/).includes("node_modules"));
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

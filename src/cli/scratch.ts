import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { printable } from "../declaration/problems.js";
import { thrownText } from "../platform/values.js";
import { Failure } from "./failure.js";
import { PACKAGE_FOLDER } from "./package-folder.js";
import { isWithin } from "./workspace.js";

/** What this package has of the protos that declarations of errors import. */
const BROUGHT = [
  "google/rpc/code.proto",
  "google/rpc/error_details.proto",
  "google/rpc/status.proto",
  "kurrent/rpc/rpc.proto",
  "richerrors/v1/annotations.proto",
];

/**
 * A workspace of buf's in a temporary folder: the user's modules, linked, and
 * one more with the protos of this package that they lack.
 *
 * buf takes modules from inside of a workspace only, and the user's folders are
 * not to be written to.
 */
export class Scratch {
  readonly folder = temporaryFolder();
  readonly #modules: readonly string[];
  readonly #remove = () => rmSync(this.folder, { recursive: true, force: true });

  constructor(modules: readonly string[]) {
    this.#modules = modules;
    // However the process ends: the command exits when it gets a signal.
    process.once("exit", this.#remove);
    try {
      this.#fill(modules);
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  #fill(modules: readonly string[]): void {
    for (const [index, module] of modules.entries()) linkModule(module, join(this.folder, linkName(index)));
    const lacking = BROUGHT.filter((name) => !modules.some((module) => existsSync(join(module, name))));
    for (const name of lacking) {
      const path = join(this.folder, "brought", name);
      mkdirSync(dirname(path), { recursive: true });
      copyFileSync(join(PACKAGE_FOLDER, "proto", name), path);
    }
    const paths = [...modules.map((_, index) => linkName(index)), ...(lacking.length > 0 ? ["brought"] : [])];
    const lines = ["version: v2", "modules:", ...paths.map((path) => `  - path: ${path}`), ""];
    writeFileSync(join(this.folder, "buf.yaml"), lines.join("\n"));
  }

  /** The path by which a folder of a module is reached here; none if it is in no module. */
  inside(folder: string): string | undefined {
    const index = this.#modules.findIndex((module) => isWithin(folder, module));
    const module = this.#modules[index];
    return module === undefined ? undefined : join(linkName(index), relative(module, folder));
  }

  /** The user's path of a file that is reached by a path from here. */
  outside(path: string): string {
    const [link, ...rest] = path.split(/[\\/]/);
    const module = this.#modules.find((_, index) => linkName(index) === link);
    return module === undefined ? path : [module, ...rest].join(sep);
  }

  remove(): void {
    this.#remove();
    process.off("exit", this.#remove);
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(tmpdir(), "rich-errors-"));
  } catch (error) {
    const found = `no temporary folder can be made in ${printable(tmpdir())} (${thrownText(error)})`;
    throw Failure.usage(`${found}; set TMPDIR to a folder that can be written to`, { cause: error });
  }
}

/** What is in a module, without what would make a workspace of its own of it. */
function linkModule(module: string, link: string): void {
  mkdirSync(link);
  for (const name of readdirSync(module)) {
    const [from, to] = [join(module, name), join(link, name)];
    const isFolder = statSync(from, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (isFolder && name !== "node_modules") symlinkSync(from, to, "junction");
    else if (!isFolder && name.endsWith(".proto")) copyFileSync(from, to);
  }
}

function linkName(index: number): string {
  return `module${index}`;
}

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../input/command.js";
import { isWithin, OWN_PROTOS } from "../input/folders.js";
import { type BufConfig, isInstalled, type ProtoModule, readYaml } from "./buf-config.js";
import { type FileChanges, pathFrom } from "./file-changes.js";
import { ANNOTATION, STATUS_CODES } from "./proto-files.js";
import { YamlFile, type YamlPath } from "./yaml-file.js";

/** The copied protos. */
export interface Copies {
  /** Their paths: files, and folders that have nothing else. */
  readonly paths: readonly string[];
  /** What the user should know, one text each. */
  readonly notes: readonly string[];
}

/**
 * Copies the annotation, and what it imports, into a module, and keeps buf from linting the copies.
 *
 * A file that another module or a dependency has is not copied: buf accepts each file only once.
 */
export function copyProtos(config: BufConfig, module: ProtoModule, folder: string, changes: FileChanges): Copies {
  const owner = config.modules.find((other) => existsSync(join(other.folder, ANNOTATION)));
  if (owner && isInstalled(owner, config.root)) {
    const path = pathFrom(config.root, owner.folder);
    const note = `buf.yaml has the annotation from ${path}. To copy it instead, remove that module and run this again.`;
    return { paths: [], notes: [note] };
  }
  const target = owner ?? module;
  copy(ANNOTATION, target, changes);
  const others = config.modules.filter(({ folder }) => folder !== target.folder);
  const provider =
    others.find(({ folder }) => existsSync(join(folder, STATUS_CODES)))?.folder ??
    config.dependencies.find((name) => /(^|\/)googleapis\//.test(name));
  const own = join(target.folder, STATUS_CODES);
  const isCopied = provider === undefined && (!existsSync(own) || isUnchanged(own));
  if (isCopied) copy(STATUS_CODES, target, changes);
  const paths = [...(isCopied ? [own] : []), join(target.folder, "richerrors")];
  addPaths(target, [...lintSettings(target, changes), "ignore"], paths, changes);
  if (readYaml(target.file, changes).has([...target.settings, "includes"])) {
    addPaths(target, [...target.settings, "includes"], paths.map(folderOf), changes);
  }
  excludePackages(target, folder, changes);
  const isTwice = provider !== undefined && existsSync(own);
  const note = `${changes.nameOf(own)} is also in ${provider}. buf accepts a file only once, so delete yours.`;
  return { paths, notes: isTwice ? [note] : [] };
}

function copy(path: string, { folder }: ProtoModule, changes: FileChanges): void {
  changes.set(join(folder, path), readFileSync(join(OWN_PROTOS, path), "utf8"));
}

function isUnchanged(path: string): boolean {
  return readFileSync(path, "utf8") === readFileSync(join(OWN_PROTOS, STATUS_CODES), "utf8");
}

function folderOf(path: string): string {
  return path.endsWith(".proto") ? join(path, "..") : path;
}

/** The settings of a module for `buf lint`. A module without its own has those of the file. */
function lintSettings({ file, settings }: ProtoModule, changes: FileChanges): YamlPath {
  const own = [...settings, "lint"];
  return readYaml(file, changes).has(own) ? own : ["lint"];
}

/** Adds paths to a list in the settings of a module, unless the list has them or a folder around them. */
function addPaths({ file, base }: ProtoModule, list: YamlPath, paths: readonly string[], changes: FileChanges): void {
  const yaml = readYaml(file, changes);
  const present = yaml.textsAt(list).map((path) => join(base, path));
  const missing = paths.filter((path) => !present.some((other) => isWithin(path, other)));
  if (missing.length === 0) return;
  // A directory of buf.work.yaml needs no buf.yaml of its own.
  const existing = yaml.text === "" ? new YamlFile(changes.nameOf(file), "version: v1\n") : yaml;
  const items = missing.map((path) => pathFrom(base, path));
  changes.set(file, existing.append(list, items).text);
}

/** Keeps the protos of installed packages out of a module around them. They would declare the annotation again. */
function excludePackages(module: ProtoModule, folder: string, changes: FileChanges): void {
  const packages = join(folder, "node_modules");
  if (!isWithin(packages, module.folder)) return;
  const yaml = readYaml(module.file, changes);
  const isFirstVersion = yaml.textAt(["version"]) !== "v2";
  if (isFirstVersion || module.settings.length > 0) {
    addPaths(module, isFirstVersion ? ["build", "excludes"] : [...module.settings, "excludes"], [packages], changes);
    return;
  }
  const name = yaml.textAt(["name"]);
  if (name !== undefined) {
    const instead = `modules: [{path: ., name: ${name}, excludes: [node_modules]}]`;
    throw Failure.usage(`buf.yaml would compile the protos in node_modules; write ${instead} instead of name: ${name}`);
  }
  const edited = yaml.append(["modules"], [{ path: ".", excludes: [pathFrom(module.base, packages)] }]);
  changes.set(module.file, edited.text);
}

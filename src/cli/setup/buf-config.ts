import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { oneOf, printable } from "../../declaration/problems.js";
import { Failure } from "../input/command.js";
import { isWithin } from "../input/folders.js";
import { type FileChanges, findUp, pathFrom } from "./file-changes.js";
import { ANNOTATION, filesBelow, importRoots } from "./proto-files.js";
import { YamlFile, type YamlPath } from "./yaml-file.js";

/** The configuration of buf around a folder. */
export interface BufConfig {
  /** The folder that buf works in: that of `buf.yaml` or `buf.work.yaml`. */
  readonly root: string;
  readonly modules: readonly ProtoModule[];
  /** The modules that `deps` and `buf.lock` name, such as `buf.build/googleapis/googleapis`. */
  readonly dependencies: readonly string[];
}

/** A folder that imports are relative to, and where buf's settings for it are. */
export interface ProtoModule {
  readonly folder: string;
  /** The path of the `buf.yaml` with its settings. */
  readonly file: string;
  /** Where the settings are in the file: `["modules", 0]`, or the root of the file. */
  readonly settings: YamlPath;
  /** The folder that paths in the settings are relative to. */
  readonly base: string;
}

/** Reads a file of buf's configuration. A file that does not exist is empty. */
export function readYaml(path: string, changes: FileChanges): YamlFile {
  return new YamlFile(changes.nameOf(path), changes.read(path) ?? "");
}

/**
 * Finds the configuration of a folder: the nearest one in it or above it, or else the only one below it. Creates a
 * `buf.yaml` if there is none.
 *
 * @param proto the folder of protos that the user named
 * @throws Failure if the configuration cannot be read, or if the folder of protos is not clear
 */
export function findBufConfig(folder: string, proto: string | undefined, changes: FileChanges): BufConfig {
  const nearest = findUp(proto ?? folder, CONFIG_FILES);
  if (nearest !== undefined) {
    const config = readConfig(nearest, changes);
    const isAround = config.modules.some(
      (module) => isWithin(module.folder, folder) || isWithin(folder, module.folder),
    );
    if (isAround) return config;
  }
  const below = proto !== undefined ? [] : filesBelow(folder, (name) => CONFIG_FILES.includes(name));
  const [first, second] = below;
  if (first !== undefined && second !== undefined) {
    const folders = below.map((path) => pathFrom(folder, dirname(path)));
    throw Failure.usage(`several folders have a buf.yaml; run rich-errors init in ${oneOf(folders)}`);
  }
  if (first !== undefined) return readConfig(first, changes);
  if (proto !== undefined && !isWithin(proto, folder)) {
    const mistake = `--proto ${printable(pathFrom(folder, proto))} is not in the current folder`;
    throw Failure.usage(`${mistake}; buf.yaml can only name folders below it, so run rich-errors init above both`);
  }
  const file = join(folder, "buf.yaml");
  const path = proto === undefined ? guessFolder(folder) : pathFrom(folder, proto);
  changes.set(file, new YamlFile("buf.yaml", "version: v2\n").append(["modules"], [{ path }]).text);
  return readConfig(file, changes);
}

const CONFIG_FILES = ["buf.work.yaml", "buf.yaml"];

function guessFolder(folder: string): string {
  const roots = importRoots(folder).map((root) => pathFrom(folder, root));
  if (roots.length > 1) {
    throw Failure.usage(`the protos are in ${roots.length} folders; write --proto with one of them: ${oneOf(roots)}`);
  }
  return roots[0] ?? "proto";
}

function readConfig(path: string, changes: FileChanges): BufConfig {
  const yaml = readYaml(path, changes);
  const root = dirname(path);
  const version = yaml.textAt(["version"]);
  const name = printable(changes.nameOf(path));
  if (version !== "v1" && version !== "v2") {
    const mistake = version === undefined ? "has no version" : `has the version ${printable(version)}`;
    throw Failure.usage(`${name} ${mistake}; rich-errors init works with v1 and v2, so run buf config migrate first`);
  }
  if (path.endsWith("buf.work.yaml")) {
    const folders = yaml.textsAt(["directories"]).map((folder) => join(root, folder));
    if (folders.length === 0) throw Failure.usage(`${name} has no directories; name the folders of your protos`);
    const modules = folders.map((folder) => ({ folder, file: join(folder, "buf.yaml"), settings: [], base: folder }));
    return { root, modules, dependencies: modules.flatMap(({ file }) => dependenciesOf(file, changes)) };
  }
  const paths = Array.from({ length: yaml.lengthAt(["modules"]) }, (_, index) => {
    return yaml.textAt(["modules", index, "path"]) ?? ".";
  });
  const listed = paths.map((path, index) => ({ folder: join(root, path), settings: ["modules", index] }));
  const modules = listed.length > 0 ? listed : [{ folder: root, settings: [] }];
  return {
    root,
    modules: modules.map((module) => ({ ...module, file: path, base: root })),
    dependencies: dependenciesOf(path, changes),
  };
}

function dependenciesOf(file: string, changes: FileChanges): string[] {
  const lock = readYaml(join(dirname(file), "buf.lock"), changes);
  const locked = Array.from({ length: lock.lengthAt(["deps"]) }, (_, index) => {
    const keys = ["name", "remote", "owner", "repository"];
    return keys.flatMap((key) => lock.textAt(["deps", index, key]) ?? []).join("/");
  });
  return [...readYaml(file, changes).textsAt(["deps"]), ...locked];
}

/**
 * Chooses the module for new protos: the one that the user named, or that has the annotation, or else the first of the
 * user's own.
 *
 * @throws Failure if the user named a folder that is not a module
 */
export function chooseModule({ modules, root }: BufConfig, proto: string | undefined): ProtoModule {
  const own = modules.filter((module) => !isInstalled(module, root));
  const named = own.find(({ folder }) => folder === proto);
  if (named) return named;
  const folders = own.map(({ folder }) => pathFrom(root, folder));
  if (proto !== undefined) {
    throw Failure.usage(`--proto ${pathFrom(root, proto)} is not a module in buf.yaml; write ${oneOf(folders)}`);
  }
  const withAnnotation = own.find(({ folder }) => existsSync(join(folder, ANNOTATION)));
  // A module with Google's protos is a copy of theirs.
  const first = withAnnotation ?? own.find(({ folder }) => !existsSync(join(folder, "google"))) ?? own[0];
  if (!first) throw Failure.usage("buf.yaml has only modules in node_modules; add the folder of your own protos");
  return first;
}

/** Checks whether a module is part of an installed package. */
export function isInstalled({ folder }: ProtoModule, root: string): boolean {
  return relative(root, folder).split(sep).includes("node_modules");
}

import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { printable } from "../../declaration/problems.js";
import { parseOptions } from "../../plugin/options.js";
import { Failure } from "../input/command.js";
import { type BufConfig, type ProtoModule, readYaml } from "./buf-config.js";
import { type FileChanges, pathFrom } from "./file-changes.js";
import { YamlFile } from "./yaml-file.js";

/** What generates the code of a project. */
export interface Generation {
  /** The path of the template: `buf.gen.yaml`. */
  readonly template: string;
  /** The folder of the generated code, relative to the folder of the template. */
  readonly output: string;
  /** The suffix of import paths in generated code. */
  readonly importSuffix: string;
  /** Whether properties of messages are named in camel case. */
  readonly camelCase: boolean;
  /** The template says which protos to generate code for. */
  readonly hasInputs: boolean;
}

/**
 * Adds this package's generator to the template of a project, after ts-proto. Creates the template if there is none.
 *
 * @param copies the copied protos, which need no generated code
 * @throws Failure if the template cannot be read
 */
export function addGenerator(
  config: BufConfig,
  module: ProtoModule,
  copies: readonly string[],
  folder: string,
  changes: FileChanges,
): Generation {
  const template = findTemplate([folder, config.root], changes) ?? newTemplate(module, copies, folder, changes);
  let yaml = readYaml(template, changes);
  const version = yaml.textAt(["version"]);
  if (version !== "v1" && version !== "v2") {
    const found = version === undefined ? "has no version" : `has the version ${printable(version)}`;
    throw Failure.usage(
      `${printable(changes.nameOf(template))} ${found}; run buf config migrate, or write version: v2`,
    );
  }
  if (indexOf(yaml, TS_PROTO) === undefined) yaml = yaml.append(["plugins"], [tsProto(version)]);
  const theirs = indexOf(yaml, TS_PROTO) ?? 0;
  const options = optionsOf(yaml, theirs);
  const output = yaml.textAt(["plugins", theirs, "out"]) ?? ".";
  const parsed = parseOptions(options.join(","));
  const { importSuffix, camelCase } = Array.isArray(parsed) ? { importSuffix: "", camelCase: true } : parsed;
  if (indexOf(yaml, OURS) === undefined) {
    const opt = isDeepStrictEqual(parsed, parseOptions("")) ? {} : { opt: options };
    yaml = yaml.append(["plugins"], [{ ...command(yaml, theirs, version), out: output, strategy: "all", ...opt }]);
  }
  changes.set(template, yaml.text);
  return { template, output, importSuffix, camelCase, hasInputs: yaml.lengthAt(["inputs"]) > 0 };
}

/** A plugin by the names that templates have for it. */
interface Plugin {
  readonly local: string;
  readonly remote?: string;
}

const TS_PROTO: Plugin = { local: "ts_proto", remote: "stephenh-ts-proto" };
const OURS: Plugin = { local: "rich-errors" };

/** The options of ts-proto that the documentation uses. */
const OPTIONS = [
  "outputServices=grpc-js",
  "forceLong=bigint",
  "oneof=unions-value",
  "esModuleInterop=true",
  "importSuffix=.js",
];

function tsProto(version: "v1" | "v2") {
  if (version === "v1") return { plugin: "ts_proto", out: "gen", opt: OPTIONS };
  // The annotation has no use at run time. ts-proto would generate it, and descriptor.proto with it.
  return { local: "protoc-gen-ts_proto", out: "gen", exclude_types: ["richerrors.v1"], opt: OPTIONS };
}

/** The templates in some folders: one with ts-proto, or else `buf.gen.yaml`. */
function findTemplate(folders: readonly string[], changes: FileChanges): string | undefined {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^buf\.gen(\..+)?\.yaml$/.test(name))
      .map((name) => join(folder, name)),
  );
  return (
    paths.find((path) => indexOf(readYaml(path, changes), TS_PROTO) !== undefined) ??
    paths.find((path) => basename(path) === "buf.gen.yaml")
  );
}

function newTemplate(module: ProtoModule, copies: readonly string[], folder: string, changes: FileChanges): string {
  const template = join(folder, "buf.gen.yaml");
  const directory = pathFrom(folder, module.folder);
  const excluded = copies.map((path) => pathFrom(folder, path));
  const input = { directory, ...(excluded.length > 0 ? { exclude_paths: excluded } : {}) };
  changes.set(template, new YamlFile("buf.gen.yaml", "version: v2\n").append(["inputs"], [input]).text);
  return template;
}

/** The index of a plugin in a template. */
function indexOf(yaml: YamlFile, plugin: Plugin): number | undefined {
  const count = yaml.lengthAt(["plugins"]);
  return Array.from({ length: count }, (_, index) => index).find((index) => {
    const named = ["local", "path", "plugin", "name", "remote"].flatMap((key) => yaml.textsAt(["plugins", index, key]));
    const names = [`protoc-gen-${plugin.local}`, plugin.local];
    return named.some(
      (name) =>
        names.includes(basename(name).replace(/\.cmd$/, "")) ||
        (plugin.remote !== undefined && name.split(":")[0]?.endsWith(`/${plugin.remote}`)),
    );
  });
}

/** The options of ts-proto in a template, as far as this package's generator has them, too. */
function optionsOf(yaml: YamlFile, index: number): readonly string[] {
  const options = yaml.textsAt(["plugins", index, "opt"]).flatMap((text) => text.split(","));
  const known = options.map((option) => option.trim()).filter((option) => !Array.isArray(parseOptions(option)));
  // The defaults of the two generators differ.
  return known.some((option) => option.startsWith("importSuffix=")) ? known : [...known, "importSuffix="];
}

/** How a template runs this package's generator: as it runs ts-proto. */
function command(yaml: YamlFile, theirs: number, version: "v1" | "v2") {
  const key = version === "v1" ? "path" : "local";
  const words = yaml.textsAt(["plugins", theirs, key]).map(ownCommand);
  const isKnown = words.length > 0 && words.at(-1)?.endsWith(GENERATOR);
  const run = isKnown ? (words.length === 1 ? words[0] : words) : undefined;
  if (version === "v1") return { plugin: "rich-errors", ...(run === undefined ? {} : { path: run }) };
  return { local: run ?? GENERATOR };
}

const GENERATOR = "protoc-gen-rich-errors";

/** The name of this package's generator in place of ts-proto's, where both are commands of the same folder. */
function ownCommand(word: string): string {
  const isCommand = dirname(word) === "." || basename(dirname(word)) === ".bin";
  return isCommand ? word.replace(/protoc-gen-ts_proto(?=(\.cmd)?$)/, GENERATOR) : word;
}

import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { printable } from "../../declaration/problems.js";
import { parseOptions, type Runtime } from "../../plugin/options.js";
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
  /** The library of the messages. */
  readonly runtime: Runtime;
  /** The template says which protos to generate code for. */
  readonly hasInputs: boolean;
}

/**
 * Adds this package's generator to the template of a project, after ts-proto, or after protoc-gen-es if the template runs
 * only that. Creates the template if there is none.
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
  const library = libraryOf(yaml) ?? TS_PROTO;
  if (indexOf(yaml, library) === undefined) yaml = yaml.append(["plugins"], [tsProto(version)]);
  const theirs = indexOf(yaml, library) ?? 0;
  const options = optionsOf(yaml, theirs, library);
  const output = yaml.textAt(["plugins", theirs, "out"]) ?? ".";
  const parsed = parseOptions(options.join(","));
  const { importSuffix, camelCase } = Array.isArray(parsed) ? { importSuffix: "", camelCase: true } : parsed;
  const { runtime } = library;
  if (indexOf(yaml, OURS) === undefined) {
    const opt = isDeepStrictEqual(parsed, parseOptions("")) ? {} : { opt: options };
    yaml = yaml.append(
      ["plugins"],
      [{ ...command(yaml, theirs, version, library), out: output, strategy: "all", ...opt }],
    );
  }
  changes.set(template, yaml.text);
  return { template, output, importSuffix, camelCase, runtime, hasInputs: yaml.lengthAt(["inputs"]) > 0 };
}

/** A plugin by the names that templates have for it. */
interface Plugin {
  readonly local: string;
  readonly remote?: string;
}

/** The plugin that generates the messages. */
interface Library extends Plugin {
  readonly runtime: Runtime;
  /** The options by which this package's generator follows the plugin. */
  readonly options: readonly string[];
  /** The option for the suffix of import paths, and its default, which is another one in this package's generator. */
  readonly suffix: readonly [name: string, initial: string];
}

const TS_PROTO: Library = {
  local: "ts_proto",
  remote: "stephenh-ts-proto",
  runtime: "ts-proto",
  options: [],
  suffix: ["importSuffix", ""],
};
const PROTOBUF_ES: Library = {
  local: "es",
  remote: "bufbuild/es",
  runtime: "es",
  options: ["runtime=es"],
  suffix: ["import_extension", "none"],
};
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

/** The plugin that generates messages in a template. `undefined` if none does. */
function libraryOf(yaml: YamlFile): Library | undefined {
  return [TS_PROTO, PROTOBUF_ES].find((library) => indexOf(yaml, library) !== undefined);
}

/** The templates in some folders: one with ts-proto, or else one with protoc-gen-es, or else `buf.gen.yaml`. */
function findTemplate(folders: readonly string[], changes: FileChanges): string | undefined {
  const paths = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^buf\.gen(\..+)?\.yaml$/.test(name))
      .map((name) => join(folder, name)),
  );
  return (
    paths.find((path) => indexOf(readYaml(path, changes), TS_PROTO) !== undefined) ??
    paths.find((path) => indexOf(readYaml(path, changes), PROTOBUF_ES) !== undefined) ??
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

/** The options of the plugin for messages in a template, as far as this package's generator has them, too. */
function optionsOf(
  yaml: YamlFile,
  index: number,
  { options: own, suffix: [name, initial] }: Library,
): readonly string[] {
  const options = yaml.textsAt(["plugins", index, "opt"]).flatMap((text) => text.split(","));
  const isKnown = (option: string) => !Array.isArray(parseOptions([...own, option].join(",")));
  const known = options.map((option) => option.trim()).filter(isKnown);
  // The defaults of the two generators differ.
  const suffix = known.some((option) => option.startsWith(`${name}=`)) ? [] : [`${name}=${initial}`];
  return [...own, ...known, ...suffix];
}

/** How a template runs this package's generator: as it runs the plugin for messages. */
function command(yaml: YamlFile, theirs: number, version: "v1" | "v2", library: Library) {
  const key = version === "v1" ? "path" : "local";
  const words = yaml.textsAt(["plugins", theirs, key]).map((word) => ownCommand(word, library));
  const isKnown = words.length > 0 && words.at(-1)?.endsWith(GENERATOR);
  const run = isKnown ? (words.length === 1 ? words[0] : words) : undefined;
  if (version === "v1") return { plugin: "rich-errors", ...(run === undefined ? {} : { path: run }) };
  return { local: run ?? GENERATOR };
}

const GENERATOR = "protoc-gen-rich-errors";

/** The name of this package's generator in place of the other plugin's, where both are commands of the same folder. */
function ownCommand(word: string, { local }: Library): string {
  const isCommand = dirname(word) === "." || basename(dirname(word)) === ".bin";
  return isCommand ? word.replace(new RegExp(`protoc-gen-${local}(?=(\\.cmd)?$)`), GENERATOR) : word;
}

import type { DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import { RESERVED, reasonOf } from "../declaration/names.js";
import { type StandardDetailName, standardDetailName } from "../declaration/schema.js";
import { classNameOf } from "../defaults.js";
import { richModulePath, tsMessageName, tsModulePath } from "./names.js";
import type { Options } from "./options.js";
import { list, quote } from "./print.js";

/** What every generated module with errors uses of the package. */
const USED = ["Catalog", "defineError", "ErrorClassOf", "ErrorTable", "isInstance", "RichError"] as const;

type RuntimeName =
  | (typeof USED)[number]
  | "ApiError"
  | "CircuitOpenError"
  | "ClientErrorIdentity"
  | "FileDescriptors"
  | "NetworkError"
  | "ServiceContract"
  | "tsProtoCodec";

const TYPES: ReadonlySet<string> = new Set([
  "ClientErrorIdentity",
  "ErrorClassOf",
  "FileDescriptors",
  "ServiceContract",
]);

/** The imports of a generated module: whatever was asked for, each under a name that is free there. */
export class Imports {
  readonly #taken: Set<string>;
  readonly #options: Options;
  readonly #module: string;
  /** For each module, the names that are imported and what they are called here. */
  readonly #modules = new Map<string, Map<string, string>>();

  /**
   * @param taken the names that the module gives to things of its own
   * @param module the path of the module from the output's root
   * @param hasErrors whether the module declares errors
   */
  constructor(taken: ReadonlySet<string>, module: string, options: Options, hasErrors = true) {
    // Words that no import can have as its name, among them the one global that generated code names.
    this.#taken = new Set([...taken, ...RESERVED]);
    this.#module = module;
    this.#options = options;
    // Before any message, so that it is the message that gets another name.
    if (hasErrors) for (const name of USED) this.runtime(name);
  }

  /** Something of the package's, by the name that it has here. */
  runtime(name: RuntimeName): string {
    return this.#import(this.#runtimeModule, name, `Runtime${name.slice(0, 1).toUpperCase()}${name.slice(1)}`);
  }

  /** What ts-proto's code reads messages with, by the name that it has here: the class that this code imports. */
  reader(): string {
    return this.#import("@bufbuild/protobuf/wire", "BinaryReader", "RuntimeBinaryReader");
  }

  /** The type of a message, and its codec, by the name that they have here. */
  message(message: DescMessage): string {
    const standard: StandardDetailName | undefined = standardDetailName(message.typeName);
    if (standard) return this.#import(this.#runtimeModule, standard, `${standard}Message`);
    const path = relativePath(this.#module, tsModulePath(message.file)) + this.#options.importSuffix;
    const name = tsMessageName(message);
    return this.#import(path, name, `${name}Message`);
  }

  /** The class of an error that a file declares, this one or another. */
  error(value: DescEnumValue): string {
    const name = classNameOf(reasonOf(value.name, value.parent.name));
    const { file } = value.parent;
    const path = richModulePath(file);
    if (path === this.#module) return name;
    const module = this.#options.modules.get(file.proto.name);
    const from = module ? this.#moduleOf(module) : relativePath(this.#module, path) + this.#options.importSuffix;
    return this.#import(from, name, `Other${name}`);
  }

  /** The import statements: packages first, then the modules that are farthest away. */
  print(): string[] {
    return [...this.#modules]
      .sort(([a], [b]) => compareModules(a, b))
      .flatMap(([module, names]) => {
        const isType = (name: string) => TYPES.has(name) && module === this.#runtimeModule;
        const onlyTypes = [...names.keys()].every(isType);
        const specifiers = [...names]
          .sort(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b))
          .map(([name, local]) => (isType(name) && !onlyTypes ? "type " : "") + specifier(name, local));
        const before = onlyTypes ? "import type {" : "import {";
        return list(before, specifiers, `} from ${quote(module)};`, { spaced: true });
      });
  }

  get #runtimeModule(): string {
    return this.#moduleOf(this.#options.runtimeImport);
  }

  /** How this module imports one that an option names: a package's, or a path from the output's root. */
  #moduleOf(given: string): string {
    return given.startsWith(".") ? relativePath(this.#module, given) : given;
  }

  #import(module: string, name: string, alias: string): string {
    let names = this.#modules.get(module);
    if (!names) {
      names = new Map();
      this.#modules.set(module, names);
    }
    let local = names.get(name);
    if (local === undefined) {
      local = name;
      for (let count = 1; this.#taken.has(local); count++) local = count === 1 ? alias : alias + count;
      this.#taken.add(local);
      names.set(name, local);
    }
    return local;
  }
}

function specifier(name: string, local: string): string {
  return name === local ? name : `${name} as ${local}`;
}

function compareModules(a: string, b: string): number {
  return distance(b) - distance(a) || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** How far away a module is: a package is farther than any file. */
function distance(module: string): number {
  return module.startsWith(".") ? module.split("..").length : Number.POSITIVE_INFINITY;
}

/**
 * The path by which one module imports another, both being paths from the same
 * folder: `"../../google/rpc/status"`.
 */
export function relativePath(from: string, to: string): string {
  const folders = segments(from).slice(0, -1);
  const target = segments(to);
  let common = 0;
  while (common < folders.length && common < target.length - 1 && folders[common] === target[common]) common++;
  const up = folders.slice(common).map(() => "..");
  const path = [...up, ...target.slice(common)].join("/");
  return path.startsWith("../") ? path : `./${path}`;
}

/** The parts of a path, without any that lead nowhere. */
function segments(path: string): string[] {
  const result: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && result.length > 0 && result.at(-1) !== "..") result.pop();
    else result.push(part);
  }
  return result;
}

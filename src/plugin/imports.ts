import type { DescMessage } from "@bufbuild/protobuf";
import type { MethodError } from "../declaration/model.js";
import { RESERVED } from "../declaration/names.js";
import { isStandardDetail } from "../declaration/schema.js";
import { messageModulePath, messageName, richModulePath } from "./message-names.js";
import type { Options } from "./options.js";
import { list, quote } from "./print.js";
import { esSchemaName } from "./protobuf-es-names.js";

/** The names that every generated module with errors imports from the package. */
const ALWAYS_USED = ["Catalog", "defineError", "ErrorTable", "isInstance", "RichError"] as const;

type RuntimeName =
  | (typeof ALWAYS_USED)[number]
  | "ApiError"
  | "CircuitOpenError"
  | "ClientErrorIdentity"
  | "decodeUnsafe"
  | "ErrorClassOf"
  | "FieldRedaction"
  | "FileDescriptors"
  | "MessageCheck"
  | "MessageErrorClassOf"
  | "NetworkError"
  | "protobufEsCodec"
  | "ServiceContract"
  | "tsProtoCodec";

const TYPES: ReadonlySet<string> = new Set([
  "ClientErrorIdentity",
  "ErrorClassOf",
  "FileDescriptors",
  "MessageCheck",
  "MessageErrorClassOf",
  "ServiceContract",
]);

/** The options for generated modules. */
export interface EmitOptions extends Options {
  /** The modules with the messages of files outside of this output, by the paths of the files. */
  readonly messageModules: ReadonlyMap<string, string>;
}

interface Import {
  /** The local name. */
  readonly local: string;
  readonly isType: boolean;
}

/** The imports of a generated module. Each import gets a local name that is free in the module. */
export class Imports {
  readonly #taken: Set<string>;
  readonly #options: EmitOptions;
  readonly #module: string;
  /** The local names of imports, by module and exported name. */
  readonly #modules = new Map<string, Map<string, Import>>();

  /**
   * @param taken the names that the module declares
   * @param module the path of the module, relative to the output's root
   * @param hasErrors whether the module declares errors
   */
  constructor(taken: ReadonlySet<string>, module: string, options: EmitOptions, hasErrors = true) {
    // No import can have a reserved word as its local name.
    this.#taken = new Set([...taken, ...RESERVED]);
    this.#module = module;
    this.#options = options;
    // The package's names come first, so that a message with the same name gets the alias.
    if (hasErrors) for (const name of ALWAYS_USED) this.runtime(name);
    if (hasErrors && options.runtime === "ts-proto") this.runtime("ErrorClassOf");
  }

  /** Imports a name from the package and returns its local name. */
  runtime(name: RuntimeName): string {
    const alias = `Runtime${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    return this.#import(this.#runtimeModule, name, alias, TYPES.has(name));
  }

  /** Imports the reader class that ts-proto's code imports, and returns its local name. */
  reader(): string {
    return this.#import("@bufbuild/protobuf/wire", "BinaryReader", "RuntimeBinaryReader");
  }

  /** Imports the type of a message and returns the local name. In ts-proto's code, its codec has the same name. */
  message(message: DescMessage): string {
    if (isStandardDetail(message.typeName)) {
      return this.#import(this.#runtimeModule, message.name, `${message.name}Message`);
    }
    const name = messageName(message, this.#options);
    const isType = this.#options.runtime === "es";
    return this.#import(this.messageModule(message), name, `${name}Message`, isType);
  }

  /** Imports the schema of a message from the code of protobuf-es, and returns its local name. */
  schema(message: DescMessage): string {
    const name = esSchemaName(message);
    return this.#import(this.messageModule(message), name, `${name}Message`);
  }

  /** The specifier of the module with the code of a message. */
  messageModule({ file }: DescMessage): string {
    const module = this.#options.messageModules.get(file.proto.name);
    if (module !== undefined) return this.#moduleOf(module);
    const path = messageModulePath(file, this.#options);
    return path.startsWith(".") ? relativePath(this.#module, path) + this.#options.importSuffix : path;
  }

  /** Imports the class of an error, unless this module declares it, and returns its local name. */
  error({ value, className: name }: MethodError): string {
    const { file } = value.parent;
    const path = richModulePath(file);
    if (path === this.#module) return name;
    const module = this.#options.modules.get(file.proto.name);
    const from = module ? this.#moduleOf(module) : relativePath(this.#module, path) + this.#options.importSuffix;
    return this.#import(from, name, `Other${name}`);
  }

  /** The import statements, sorted like a formatter does: packages first, then the farthest modules. */
  print(): string[] {
    return [...this.#modules]
      .sort(([a], [b]) => compareModules(a, b))
      .flatMap(([module, names]) => {
        const onlyTypes = [...names.values()].every(({ isType }) => isType);
        const specifiers = [...names]
          .sort(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b))
          .map(([name, { local, isType }]) => (isType && !onlyTypes ? "type " : "") + specifier(name, local));
        const before = onlyTypes ? "import type {" : "import {";
        return list(before, specifiers, `} from ${quote(module)};`, { spaced: true });
      });
  }

  get #runtimeModule(): string {
    return this.#moduleOf(this.#options.runtimeImport);
  }

  /** The module specifier for the value of an option: a package, or a path relative to the output's root. */
  #moduleOf(value: string): string {
    return value.startsWith(".") ? relativePath(this.#module, value) : value;
  }

  #import(module: string, name: string, alias: string, isType = false): string {
    let names = this.#modules.get(module);
    if (!names) {
      names = new Map();
      this.#modules.set(module, names);
    }
    const known = names.get(name);
    if (known) return known.local;
    let local = name;
    for (let count = 1; this.#taken.has(local); count++) local = count === 1 ? alias : alias + count;
    this.#taken.add(local);
    names.set(name, { local, isType });
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

/** The distance to a module. A package is farther than any file. */
function distance(module: string): number {
  return module.startsWith(".") ? module.split("..").length : Number.POSITIVE_INFINITY;
}

/** The path by which one module imports another. Both paths are relative to the same folder. */
export function relativePath(from: string, to: string): string {
  const folders = segments(from).slice(0, -1);
  const target = segments(to);
  let common = 0;
  while (common < folders.length && common < target.length - 1 && folders[common] === target[common]) common++;
  const up = folders.slice(common).map(() => "..");
  const path = [...up, ...target.slice(common)].join("/");
  return path.startsWith("../") ? path : `./${path}`;
}

/** The parts of a path, without empty parts, `.` and resolved `..`. */
function segments(path: string): string[] {
  const result: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && result.length > 0 && result.at(-1) !== "..") result.pop();
    else result.push(part);
  }
  return result;
}

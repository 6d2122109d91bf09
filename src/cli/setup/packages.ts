import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { printable } from "../../declaration/problems.js";
import { thrownText } from "../../platform/values.js";
import type { Runtime } from "../../plugin/options.js";
import { Failure } from "../input/command.js";
import { findUp } from "./file-changes.js";

/** A package manager, by the commands that it has for one thing. */
export interface PackageManager {
  readonly create: string;
  readonly add: string;
  readonly addDev: string;
  /** Runs a command of an installed package. */
  readonly run: string;
}

const NPM: PackageManager = {
  create: "npm init -y",
  add: "npm install",
  addDev: "npm install --save-dev",
  run: "npx",
};

const PACKAGE_MANAGERS: Readonly<Record<string, PackageManager>> = {
  npm: NPM,
  pnpm: { create: "pnpm init", add: "pnpm add", addDev: "pnpm add --save-dev", run: "pnpm exec" },
  yarn: { create: "yarn init", add: "yarn add", addDev: "yarn add --dev", run: "yarn" },
};

const LOCK_FILES: Readonly<Record<string, string>> = {
  "package-lock.json": "npm",
  "npm-shrinkwrap.json": "npm",
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
};

/** The packages of a project that uses generated errors, and how they are installed. */
export interface Packages {
  readonly manager: PackageManager;
  /** The name of the project, or of its folder. */
  readonly name: string;
  /** The commands that install what is missing. */
  readonly installs: readonly string[];
}

/** Generated code imports all of these. Under pnpm and yarn, a package can import only what its own manifest names. */
const RUNTIME = ["grpc-rich-errors", "@grpc/grpc-js", "@bufbuild/protobuf"];
const GENERATORS: Readonly<Record<Runtime, string>> = { "ts-proto": "ts-proto", es: "@bufbuild/protoc-gen-es" };

/**
 * Reads which packages a project has, from the manifest in its folder and those above it.
 *
 * @param runtime the library of the messages
 * @throws Failure if a manifest is not JSON
 */
export function readPackages(folder: string, runtime: Runtime): Packages {
  const path = join(folder, "package.json");
  const manifests = manifestsFrom(folder);
  const own = manifests.get(path);
  const manager = managerOf(folder, manifests);
  const all = new Set([...manifests.values()].flatMap(dependenciesOf));
  const declared = new Set(own ? dependenciesOf(own) : []);
  const missing = RUNTIME.filter((name) => !declared.has(name));
  const tools = ["@bufbuild/buf", GENERATORS[runtime], "typescript", "@types/node"].filter((name) => !all.has(name));
  const name = memberOf(own, "name");
  return {
    manager,
    name: typeof name === "string" ? name : (folder.split(/[\\/]/).at(-1) ?? ""),
    installs: [
      ...(own ? [] : [manager.create]),
      ...(missing.length > 0 ? [`${manager.add} ${missing.join(" ")}`] : []),
      ...(tools.length > 0 ? [`${manager.addDev} ${tools.join(" ")}`] : []),
    ],
  };
}

/** The manifests in a folder and above it, nearest first, by their paths. */
function manifestsFrom(folder: string): ReadonlyMap<string, unknown> {
  const path = join(folder, "package.json");
  const parent = dirname(folder);
  const above = parent === folder ? [] : manifestsFrom(parent);
  return new Map([...(existsSync(path) ? [[path, parsed(path)] as const] : []), ...above]);
}

function parsed(path: string): unknown {
  try {
    // npm accepts a byte order mark, too.
    return JSON.parse(readFileSync(path, "utf8").replace(/^\ufeff/, ""));
  } catch (error) {
    throw Failure.usage(`${printable(path)} is not JSON: ${thrownText(error)}`, { cause: error });
  }
}

/** The package manager that the nearest manifest or lock file names. By default, npm. */
function managerOf(folder: string, manifests: ReadonlyMap<string, unknown>): PackageManager {
  const field = [...manifests.values()].map((manifest) => memberOf(manifest, "packageManager"));
  const named = field.find((value) => typeof value === "string")?.split("@")[0];
  const lock = findUp(folder, Object.keys(LOCK_FILES));
  const name = named ?? LOCK_FILES[lock?.split(/[\\/]/).at(-1) ?? ""] ?? "npm";
  return PACKAGE_MANAGERS[name] ?? NPM;
}

function dependenciesOf(manifest: unknown): string[] {
  const lists = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
  return lists.flatMap((list) => Object.keys(Object(memberOf(manifest, list))));
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BufConfig, isInstalled, type ProtoModule } from "./buf-config.js";
import { type FileChanges, pathFrom } from "./file-changes.js";
import { ANNOTATION, packageOf, protosBelow } from "./proto-files.js";

/** The first error of a project. */
export interface FirstError {
  /** The path of its proto, relative to the module. */
  readonly proto: string;
  readonly className: string;
  /** The path of a proto in the way of it. Then nothing was written. */
  readonly obstacle: string | undefined;
}

/** Writes a first error, in the package of the first service of a module. Returns `undefined` if protos declare errors. */
export function writeFirstError(
  config: BufConfig,
  module: ProtoModule,
  projectName: string,
  changes: FileChanges,
): FirstError | undefined {
  const modules = config.modules.filter((module) => !isInstalled(module, config.root));
  const texts = new Map(
    modules.flatMap(({ folder }) => protosOf(folder)).map((path) => [path, readFileSync(path, "utf8")] as const),
  );
  if ([...texts.values()].some((text) => text.includes(ANNOTATION))) return undefined;
  const own = protosOf(module.folder).filter((path) => packageOf(texts.get(path) ?? "") !== "");
  const isService = (path: string) => /^\s*service\s/m.test(texts.get(path) ?? "");
  const neighbor = own.find(isService) ?? own[0];
  const text = neighbor === undefined ? "" : (texts.get(neighbor) ?? "");
  const domain = neighbor === undefined ? packageFor(projectName) : packageOf(text);
  const folder = neighbor === undefined ? join(module.folder, ...domain.split(".")) : dirname(neighbor);
  const path = join(folder, "errors.proto");
  const names = namesFor(domain);
  const taken = new RegExp(`\\b(${names.enumName}|${names.detail})\\b`);
  const obstacle = [...texts].find(
    ([other, text]) => other === path || (packageOf(text) === domain && taken.test(text)),
  )?.[0];
  if (obstacle === undefined) changes.set(path, protoOf(domain, names, fileOptions(text)));
  return {
    proto: pathFrom(module.folder, path),
    className: "ItemNotFoundError",
    obstacle: obstacle === undefined ? undefined : changes.nameOf(obstacle),
  };
}

/** The protos of a module, without those that are copied from elsewhere. */
function protosOf(folder: string): string[] {
  return protosBelow(folder).filter((path) => !COPIED.test(pathFrom(folder, path)));
}

const COPIED = /^(buf|google|grpc|protoc-gen-openapiv2|richerrors|validate)\//;

/** A package for a project: `my_shop.v1` for `@acme/my-shop`. */
function packageFor(projectName: string): string {
  const name = projectName
    .replace(/^@[^/]*\//, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "");
  return `${name || "shop"}.v1`;
}

interface Names {
  readonly enumName: string;
  readonly prefix: string;
  readonly detail: string;
}

/** The names of the first error of a package, as buf's style guide has them. */
function namesFor(domain: string): Names {
  const parts = domain.split(".").filter((part) => !/^v\d/.test(part));
  // buf has no underscore before a digit in the prefix of an enum.
  const words = (parts.at(-1) ?? "shop")
    .replace(/_+(?=\d)/g, "")
    .split(/_+|(?<=[a-z0-9])(?=[A-Z])/)
    .filter((word) => word !== "");
  const enumName = `${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("")}Error`;
  const prefix = `${words.map((word) => word.toUpperCase()).join("_")}_ERROR`;
  return { enumName, prefix, detail: "ItemNotFoundErrorDetails" };
}

/** The options of a file for other languages. buf expects the same ones in all files of a package. */
function fileOptions(text: string): string[] {
  return text.match(/^option (?:go|java|csharp|php|ruby|swift|objc)_\w+\s*=.*;/gm) ?? [];
}

function protoOf(domain: string, { enumName, prefix, detail }: Names, options: readonly string[]): string {
  return `syntax = "proto3";

package ${domain};

import "${ANNOTATION}";

${options.length > 0 ? `${options.join("\n")}\n\n` : ""}// The errors of ${domain}.
enum ${enumName} {
  // Not an error.
  ${prefix}_UNSPECIFIED = 0;

  // The item does not exist. Replace this example with an error of yours.
  ${prefix}_ITEM_NOT_FOUND = 1 [(richerrors.v1.error) = {
    status_code: NOT_FOUND
    has_details: true
    message: "item {item_id} does not exist"
  }];
}

// The detail of ITEM_NOT_FOUND.
message ${detail} {
  // The requested item.
  string item_id = 1;
}
`;
}

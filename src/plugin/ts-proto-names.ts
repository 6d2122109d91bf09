import type { DescField, DescFile, DescMessage, DescMethod } from "@bufbuild/protobuf";
import { isWrapper } from "../declaration/template.js";
import type { NamingOptions } from "./options.js";

/** The name of a message's interface and codec: `"Outer_Inner"`. */
export function tsMessageName(message: DescMessage, options: NamingOptions): string {
  const name = options.prefix + nestedName(message, options) + options.suffix;
  return name === "Date" || name === "Function" ? `${name}Message` : name;
}

/**
 * The name of a method in a service definition and in a client: `"getApiValue"` for `GetAPIValue`, because a run of
 * capitals counts as one word.
 */
export function tsMethodName(method: DescMethod): string {
  const words = method.name.match(/[A-Z][a-z]+|[a-z]+|[0-9]+|[A-Z]+(?![a-z])/g) ?? [];
  return words
    .map((word) => word.toLowerCase())
    .map((word, index) => (index === 0 ? word : capitalized(word)))
    .join("");
}

/** The path of ts-proto's module for a file, relative to the output's root and without a suffix: `"shop/v1/orders"`. */
export function tsModulePath(file: DescFile): string {
  return file.proto.name.replace(".proto", "");
}

/** The path of ts-proto's property for a field: `"currentLeader.host"`. */
export function tsPropertyPath(path: readonly DescField[], options: NamingOptions): string {
  // The property of a field of a wrapper type holds the value itself.
  return path
    .filter((field, index) => index === 0 || !isWrapper(field.parent))
    .map((field) => (options.useJsonName ? field.jsonName : nameIn(field.name, options)))
    .join(".");
}

function nestedName({ name, parent }: DescMessage, options: NamingOptions): string {
  const own = nameIn(name, options);
  return parent ? nestedName(parent, options) + (options.useSnakeTypeName ? "_" : "") + own : own;
}

function nameIn(name: string, { camelCase }: NamingOptions): string {
  if (!camelCase || !name.includes("_")) return name;
  const words = /[a-z]/.test(name) ? name.split("_") : name.toLowerCase().split("_");
  return words.map((word, index) => (index === 0 ? word : capitalized(word))).join("");
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

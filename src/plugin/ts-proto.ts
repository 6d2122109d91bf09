import type { DescField, DescFile, DescMessage, DescMethod } from "@bufbuild/protobuf";
import { isWrapper } from "../declaration/template.js";

/**
 * The names that ts-proto gives, with its default options `snakeToCamel=keys`,
 * `useSnakeTypeName=true` and `fileSuffix=` (none).
 */

/** The name of a message's interface and codec: `"Outer_Inner"`. */
export function tsMessageName(message: DescMessage): string {
  const name = nestedName(message);
  return name === "Date" || name === "Function" ? `${name}Message` : name;
}

/**
 * The name of a method in a service definition of grpc-js and in a client:
 * `"getApiValue"` for `GetAPIValue`, since runs of capitals count as one word.
 */
export function tsMethodName(method: DescMethod): string {
  const words = method.name.match(/[A-Z][a-z]+|[a-z]+|[0-9]+|[A-Z]+(?![a-z])/g) ?? [];
  return words
    .map((word) => word.toLowerCase())
    .map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join("");
}

/** The path of a file's module from the output's root, without a suffix: `"shop/orders/v1/orders"`. */
export function tsModulePath(file: DescFile): string {
  return file.proto.name.replace(".proto", "");
}

/** The path of the module that this plugin writes beside it. */
export function richModulePath(file: DescFile): string {
  return `${tsModulePath(file)}.rich`;
}

/** The property that holds a field, through messages: `"currentLeader.host"`. */
export function tsPropertyPath(path: readonly DescField[]): string {
  // A field of a wrapper's type has no property `value`: it is itself the value.
  return path
    .filter((field, index) => index === 0 || !isWrapper(field.parent))
    .map((field) => camelCase(field.name))
    .join(".");
}

function nestedName(message: DescMessage): string {
  const name = camelCase(message.name);
  return message.parent ? `${nestedName(message.parent)}_${name}` : name;
}

function camelCase(name: string): string {
  if (!name.includes("_")) return name;
  const words = /[a-z]/.test(name) ? name.split("_") : name.toLowerCase().split("_");
  return words.map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1))).join("");
}

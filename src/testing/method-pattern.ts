import { describeValue, isObject } from "../platform/values.js";

/**
 * Methods of a service: a name, a path, either with wildcards, or a method of a generated service, client or contract,
 * which has a path.
 */
export type MethodPattern = string | { readonly path: string };

/** @throws TypeError if a value names no methods */
export function checkMethodPattern(where: string, value: unknown): asserts value is MethodPattern {
  if (typeof value === "string" && value.trim() !== "") return;
  if ((isObject(value) || typeof value === "function") && typeof Reflect.get(value, "path") === "string") return;
  const instead = 'write "GetOrder", "/shop.orders.v1.Orders/*" or OrdersService.getOrder';
  throw new TypeError(`${where} is ${describeValue(value)}, not a method; ${instead}`);
}

/**
 * Returns a function that checks whether a path is that of a method. `*` stands for any characters but slashes, `?` for
 * one. A name without a service matches the method in every service, with a capital or a small first letter.
 */
export function pathTest(pattern: MethodPattern): (path: string) => boolean {
  if (typeof pattern !== "string") return (path) => path === pattern.path;
  if (pattern.includes("/")) {
    const whole = globOf(pattern.startsWith("/") ? pattern : `/${pattern}`);
    return (path) => whole.test(path);
  }
  const name = globOf(capitalized(pattern));
  return (path) => name.test(capitalized(path.slice(path.lastIndexOf("/") + 1)));
}

function globOf(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${body}$`);
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

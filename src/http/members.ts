import type { JsonObject } from "@bufbuild/protobuf";

/**
 * The fields of a detail as members of a body that has members of its own.
 *
 * A field whose name is taken gets an underscore at its end: `error_`. So does
 * every field whose name is a taken one with underscores, so that all find back.
 */
export function toMembers(fields: JsonObject, taken: ReadonlySet<string>): JsonObject {
  return rename(fields, (name) => (taken.has(stem(name)) ? `${name}_` : name));
}

/** The fields of a detail that are members of a body. */
export function fromMembers(members: JsonObject, taken: ReadonlySet<string>): JsonObject {
  return rename(members, (name) => (name.endsWith("_") && taken.has(stem(name)) ? name.slice(0, -1) : name));
}

/** `__proto__` is a name like any other. */
function rename(json: JsonObject, change: (name: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [change(name), value]));
}

function stem(name: string): string {
  let end = name.length;
  while (name[end - 1] === "_") end--;
  return name.slice(0, end);
}

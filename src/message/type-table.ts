import type { EnumType, Field, MessageType, ScalarName } from "./types.js";

/**
 * Reads types from a text with a line for each: the full name of a message, and its fields with their numbers.
 *
 *     google.rpc.Help links:1:*google.rpc.Help.Link
 *     google.rpc.Help.Link description:1 url:2
 *
 * - A third part is the type of the field: a scalar, or the full name of a message or an enum. By default, it is `string`.
 * - `*` marks a list, `?` an optional field, `%` a map whose keys are texts. `kind/` names the oneof of a field.
 * - A line that begins with `enum` has the names of values with their numbers.
 */
export function typesIn(table: string): TypeTable {
  const messages = new Map<string, MessageType>();
  const enums = new Map<string, EnumType>();
  const open: [fields: Field[], text: readonly string[]][] = [];
  for (const line of table.trim().split("\n")) {
    const [first = "", ...rest] = line.trim().split(" ");
    if (first === "enum") {
      const [typeName = "", ...values] = rest;
      enums.set(typeName, enumOf(typeName, values));
    } else {
      const fields: Field[] = [];
      messages.set(first, { kind: "message", typeName: first, fields });
      open.push([fields, rest]);
    }
  }
  // All types are known now, and a message may have fields of a type that comes later.
  for (const [fields, text] of open) for (const field of text) fields.push(fieldOf(field, messages, enums));
  return { messages, enums };
}

/** Types by their full names. */
export interface TypeTable {
  readonly messages: ReadonlyMap<string, MessageType>;
  readonly enums: ReadonlyMap<string, EnumType>;
}

function enumOf(typeName: string, values: readonly string[]): EnumType {
  const pairs = values.map((value) => value.split(":")).map(([name = "", number]) => [name, Number(number)] as const);
  const names = new Map(pairs.map(([name, number]) => [number, name]));
  return { kind: "enum", typeName, isOpen: true, names, numbers: new Map(pairs) };
}

function fieldOf(
  text: string,
  messages: ReadonlyMap<string, MessageType>,
  enums: ReadonlyMap<string, EnumType>,
): Field {
  const [, oneof, name = "", number, mark, typeName = ""] =
    /^(?:(\w+)\/)?(\w+):(\d+):?([*?%]?)([\w.]*)$/.exec(text) ?? [];
  const message = messages.get(typeName);
  const type = message ?? enums.get(typeName) ?? ((typeName || "string") as ScalarName);
  return {
    name,
    jsonName: camelCase(name),
    number: Number(number),
    type,
    oneof,
    isUtf8: true,
    ...(mark === "%" && { key: "string" }),
    ...(mark === "*" && { isList: true, isPacked: true }),
    ...((mark === "?" || oneof !== undefined || message) && { hasPresence: true }),
  };
}

/** Returns the name in JSON of a field that does not declare one: `fooBar` for `foo_bar`. */
export function camelCase(name: string): string {
  return name.replace(/_+([^_]?)/g, (_, letter: string) => letter.toUpperCase());
}

import type { DeclaredError, Facts } from "../declaration/model.js";
import { isStandardFile, standardDetailName } from "../declaration/standard-detail-types.js";
import { templateText } from "../declaration/template.js";
import { DESCRIPTORS } from "./generated-names.js";
import type { Imports } from "./imports.js";
import { type Literal, Name, Properties, property, quote } from "./layout.js";
import { tsPropertyPath } from "./ts-proto.js";

/** The properties of a definition that are printed as they are, before the detail and the message. */
const IDENTITY = ["enumName", "name", "number", "className", "reason", "domain", "code"] as const;

/** Those that are printed after them. */
const MEANING = [
  "numericCode",
  "category",
  "recovery",
  "retryDelay",
  "outcome",
  "fault",
  "origin",
  "httpStatus",
  "displayName",
  "since",
  "labels",
  "helpUrl",
  "deprecated",
  "documentation",
] as const;

/** The properties of an error's definition. */
export function emitDefinition(
  { facts, detail, template }: DeclaredError,
  local: string | undefined,
  imports: Imports,
): string[] {
  const entries: [string, Literal][] = pick(facts, IDENTITY);
  if (detail && local) {
    const codec = standardDetailName(detail.typeName)
      ? new Name(local)
      : { callee: imports.runtime("tsProtoCodec"), args: [quote(detail.typeName), local] };
    entries.push(["detail", codec]);
    if (!isStandardFile(detail.file)) entries.push(["descriptors", new Name(DESCRIPTORS)]);
  }
  entries.push(["message", templateText(template, tsPropertyPath)], ...pick(facts, MEANING));
  return entries.flatMap(([key, value]) => property(key, value, 4));
}

function pick(facts: Facts, keys: readonly (keyof Facts)[]): [string, Literal][] {
  return keys.flatMap((key): [string, Literal][] => {
    const value = facts[key];
    return value === undefined ? [] : [[key, literal(value)]];
  });
}

function literal(value: Plain): Literal {
  if (typeof value !== "object") return value;
  if (isList(value)) return value.map(literal);
  return new Properties(Object.entries(value).map(([key, entry]) => [key, literal(entry)]));
}

/** What facts are made of. */
type Plain =
  | string
  | number
  | boolean
  | readonly Plain[]
  | { readonly [key: string]: Plain }
  | NonNullable<Facts["documentation"]>;

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

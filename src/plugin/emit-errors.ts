import type { DescMessage } from "@bufbuild/protobuf";
import { codeName } from "../code.js";
import type { DeclaredEnum, DeclaredError, Facts } from "../declaration/model.js";
import { isStandardFile, standardDetailName } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import { defaultsOf } from "../defaults.js";
import type { Imports } from "./imports.js";
import { DESCRIPTORS, tableName, tsPropertyPath } from "./names.js";
import { item, type Literal, list, Name, Properties, quote, textBlock, tsdoc, tsdocLine, values } from "./print.js";

/** The base class of an enum's errors, and the union of them. */
export function emitBase({ desc, baseClass, union, comment, errors }: DeclaredEnum, imports: Imports): string[] {
  const name = `\`${desc.typeName}\``;
  const { deprecated } = desc;
  return [
    ...tsdoc(comment.lines, `The base class of the errors of ${name}.`, { deprecated }),
    ...list(
      `export class ${baseClass}<Detail = unknown, Reason extends string = string> extends ${imports.runtime("RichError")}<`,
      ["Detail", "Reason"],
      "> {",
      { comma: false },
    ),
    `  static readonly enumName: string = ${quote(desc.typeName)};`,
    "",
    ...emitHasInstance(union, imports),
    "}",
    "",
    tsdocLine(`Any error of ${name}; \`reason\` tells which.`),
    ...emitUnion(
      union,
      errors.map(({ facts }) => facts.className),
    ),
  ];
}

/** The table of an enum's errors, which their classes are made of. */
export function emitTable(declared: DeclaredEnum, imports: Imports): string[] {
  const { desc, baseClass, domain, errors } = declared;
  const prefix = prefixOf(declared);
  const common: [string, Literal][] = [
    ["domain", domain],
    ["prefix", prefix],
  ];
  if (errors.some(({ facts }) => facts.numericCode)) common.push(["numericCode", true]);
  const hasDescriptors = errors.some(({ detail }) => detail && !isStandardFile(detail.file));
  if (hasDescriptors) common.push(["descriptors", new Name(DESCRIPTORS)], ["reader", new Name(imports.reader())]);
  const type = imports.runtime("ErrorTable");
  return [
    tsdocLine(`The errors of \`${desc.typeName}\`, one a line: what does not follow from reason, number and code.`),
    `const ${tableName(baseClass)}: ${type} = /* @__PURE__ */ new ${type}(`,
    `  ${baseClass},`,
    ...item(new Properties(common), 2),
    ...textBlock(errors.map((error) => entryText(error, prefix))),
    ");",
  ];
}

/** The type and the class of an error, which is one of a table. */
export function emitClass(error: DeclaredError, index: number, baseClass: string, imports: Imports): string[] {
  const { facts, comment } = error;
  const detail = error.detail && imports.message(error.detail);
  const types = [detail ?? "undefined", quote(facts.reason)];
  const deprecated = facts.deprecated === true;
  const type = `${imports.runtime("ErrorClassOf")}<${facts.className}>`;
  const args: Literal[] = [new Name(tableName(baseClass)), index];
  if (error.detail && detail) args.push(sourceOf(error.detail, detail, imports));
  return [
    ...tsdoc(comment.lines, summaryLine(error, detail), { deprecated }),
    ...list(`export interface ${facts.className} extends ${baseClass}<`, types, "> {}", { comma: false }),
    "",
    ...(deprecated ? ["/** @deprecated */"] : []),
    ...values(
      `export const ${facts.className}: ${type} = /* @__PURE__ */ ${imports.runtime("defineError")}(`,
      args,
      ");",
    ),
  ];
}

/** What reads and writes details of a type: ts-proto's code, or a codec if the table does not have the type. */
function sourceOf(detail: DescMessage, local: string, imports: Imports): Literal {
  if (standardDetailName(detail.typeName) || !isStandardFile(detail.file)) return new Name(local);
  return { callee: imports.runtime("tsProtoCodec"), args: [quote(detail.typeName), local, imports.reader()] };
}

/** What makes `instanceof` look at what an error is. */
export function emitHasInstance(type: string, imports: Imports): string[] {
  return [
    ...list("static override [Symbol.hasInstance](", ["value: unknown"], `): value is ${type} {`, { indent: 2 }),
    `    return ${imports.runtime("isInstance")}(this, value);`,
    "  }",
  ];
}

/** A union of types: on one line if it fits, else on a line each. */
export function emitUnion(union: string, names: readonly string[]): string[] {
  const flat = `export type ${union} = ${names.join(" | ")};`;
  if (flat.length <= 120) return [flat];
  return [`export type ${union} =`, ...names.map((name) => `  | ${name}`)].map((line, index) =>
    index === names.length ? `${line};` : line,
  );
}

function summaryLine({ facts }: DeclaredError, detail: string | undefined): string {
  const { code, reason, domain } = facts;
  const carries = detail ? `detail {@link ${detail}}` : "no detail";
  return `\`${codeName(code)}\`, reason \`${reason}\` of the domain \`${domain}\`, ${carries}.`;
}

/** What the JSON of an entry says besides code and message, in order. */
const KEYS = [
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

/** What stands before the reason in the names of most of an enum's errors. */
function prefixOf({ errors }: DeclaredEnum): string {
  const counts = new Map<string, number>();
  for (const { facts } of errors) {
    const prefix = facts.name.slice(0, facts.name.length - facts.reason.length);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? "";
}

/** The text of an error that `ErrorEntry` reads at run time. */
function entryText({ facts, detail, template }: DeclaredError, prefix: string): string {
  const { name, reason, number, code } = facts;
  const messageType = detail && !isStandardFile(detail.file) ? [detail.typeName] : [];
  const json = JSON.stringify({
    code,
    message: templateText(template, tsPropertyPath),
    ...(name !== prefix + reason && { name }),
    ...saidOf(facts),
  });
  return [reason, "=", number, ...messageType, json].join(" ");
}

/** What an error's annotation and comment say that would not follow without them. */
function saidOf(facts: Facts): Partial<Facts> {
  const defaults: Partial<Facts> = defaultsOf(facts.reason, facts.code);
  const said = KEYS.filter((key) => JSON.stringify(facts[key]) !== JSON.stringify(defaults[key]));
  return Object.fromEntries(said.map((key) => [key, facts[key]]));
}

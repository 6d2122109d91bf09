import type { DescMessage } from "@bufbuild/protobuf";
import { codeName } from "../code.js";
import type { DeclaredEnum, DeclaredError } from "../declaration/model.js";
import { isStandardFile, standardDetailName } from "../declaration/schema.js";
import { templateText } from "../declaration/template.js";
import { errorLine } from "../error-table.js";
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

/** The table of an enum's errors, from which their classes are made. */
export function emitTable(declared: DeclaredEnum, imports: Imports): string[] {
  const { desc, baseClass, domain, errors } = declared;
  const shared = { domain, prefix: prefixOf(declared), ...(declared.numericCodes && { numericCode: true }) };
  const properties: [string, Literal][] = Object.entries(shared);
  if (errors.some(detailTypeOf)) {
    properties.push(["descriptors", new Name(DESCRIPTORS)], ["reader", new Name(imports.reader())]);
  }
  const type = imports.runtime("ErrorTable");
  return [
    tsdocLine(`The errors of \`${desc.typeName}\`, one JSON object a line. Fields with default values are left out.`),
    `const ${tableName(baseClass)}: ${type} = /* @__PURE__ */ new ${type}(`,
    `  ${baseClass},`,
    ...item(new Properties(properties), 2),
    ...textBlock(
      errors.map((error) => {
        const message = templateText(error.template, tsPropertyPath);
        return errorLine({ ...error.facts, message }, shared, detailTypeOf(error));
      }),
    ),
    ");",
  ];
}

/** The text before the reason in the names of most of an enum's values. */
function prefixOf({ errors }: DeclaredEnum): string {
  const counts = new Map<string, number>();
  for (const { facts } of errors) {
    const prefix = facts.name.slice(0, facts.name.length - facts.reason.length);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? "";
}

/** The type of a detail that generated code of ts-proto reads; `undefined` for standard details, which have a codec. */
function detailTypeOf({ detail }: DeclaredError): string | undefined {
  return detail && !isStandardFile(detail.file) ? detail.typeName : undefined;
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

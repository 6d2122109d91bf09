import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { codeName } from "../code.js";
import type { DeclaredEnum, DeclaredError } from "../declaration/model.js";
import { isStandardDetail, isStandardFile } from "../declaration/schema.js";
import { enumNamesOf, templateEnums, templateText } from "../declaration/template.js";
import { errorLine } from "../error-table.js";
import type { Imports } from "./imports.js";
import { DESCRIPTORS, tableName, tsPropertyPath } from "./names.js";
import {
  codeSpan,
  item,
  type Literal,
  list,
  Name,
  Properties,
  quote,
  textBlock,
  tsdoc,
  tsdocLine,
  values,
} from "./print.js";

/** Generates the base class of an enum's errors, and their union. */
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
    tsdocLine(`Any error of ${name}. \`reason\` says which one.`),
    ...emitUnion(
      union,
      errors.map(({ facts }) => facts.className),
    ),
  ];
}

/** Generates the table of an enum's errors, from which `defineError` makes their classes. */
export function emitTable(declared: DeclaredEnum, imports: Imports): string[] {
  const { desc, baseClass, domain, errors } = declared;
  const shared = { domain, prefix: prefixOf(declared), ...(declared.numericCodes && { numericCode: true }) };
  const properties: [string, Literal][] = Object.entries(shared);
  const enums = new Map(
    errors.flatMap(({ template }) => templateEnums(template, tsPropertyPath)).map(([, desc]) => [desc.typeName, desc]),
  );
  if (enums.size > 0)
    properties.push(["enums", new Properties([...enums].map(([name, desc]) => [name, namesOf(desc)]))]);
  if (errors.some(detailTypeOf)) {
    properties.push(["descriptors", new Name(DESCRIPTORS)], ["reader", new Name(imports.reader())]);
  }
  const type = imports.runtime("ErrorTable");
  return [
    tsdocLine(`The errors of \`${desc.typeName}\`, one JSON object per line. Fields with default values are left out.`),
    `const ${tableName(baseClass)}: ${type} = /* @__PURE__ */ new ${type}(`,
    `  ${baseClass},`,
    ...item(new Properties(properties), 2),
    ...textBlock(
      errors.map((error) => {
        const message = templateText(error.template, tsPropertyPath);
        return errorLine({ ...error.facts, message }, shared, typesOf(error));
      }),
    ),
    ");",
  ];
}

/** The prefix that most names of an enum's errors have before the reason. */
function prefixOf({ errors }: DeclaredEnum): string {
  const counts = new Map<string, number>();
  for (const { facts } of errors) {
    if (!facts.name.endsWith(facts.reason)) continue;
    const prefix = facts.name.slice(0, facts.name.length - facts.reason.length);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? "";
}

function namesOf(desc: DescEnum): Properties {
  return new Properties(Object.entries(enumNamesOf(desc)));
}

/** The types that the line of an error names. */
function typesOf(error: DeclaredError): { detailType?: string; enumTypes?: Readonly<Record<string, string>> } {
  const detailType = detailTypeOf(error);
  const enums = templateEnums(error.template, tsPropertyPath).map(([text, { typeName }]) => [text, typeName]);
  return {
    ...(detailType !== undefined && { detailType }),
    ...(enums.length > 0 && { enumTypes: Object.fromEntries(enums) }),
  };
}

/** The type of a detail that code of ts-proto reads. `undefined` for standard details, which have a codec. */
function detailTypeOf({ detail }: DeclaredError): string | undefined {
  return detail && !isStandardFile(detail.file) ? detail.typeName : undefined;
}

/**
 * Generates the type and the class of an error.
 *
 * @param index the index of the error in the table
 */
export function emitClass(error: DeclaredError, index: number, baseClass: string, imports: Imports): string[] {
  const { facts, comment } = error;
  const detail = error.detail && imports.message(error.detail);
  const types = [detail ?? "undefined", quote(facts.reason)];
  const type = `${imports.runtime("ErrorClassOf")}<${facts.className}>`;
  const args: Literal[] = [new Name(tableName(baseClass)), index];
  if (error.detail && detail) args.push(codecOf(error.detail, detail, imports));
  // On both declarations, because some editors show only the comment of the one that the code uses.
  const doc = tsdoc(comment.lines, summaryOf(error, detail), { deprecated: facts.deprecated === true });
  return [
    ...doc,
    ...list(`export interface ${facts.className} extends ${baseClass}<`, types, "> {}", { comma: false }),
    "",
    ...doc,
    ...values(
      `export const ${facts.className}: ${type} = /* @__PURE__ */ ${imports.runtime("defineError")}(`,
      args,
      ");",
    ),
  ];
}

/** The codec of a detail: ts-proto's code, or a call that adds the type's name where the table does not have it. */
function codecOf(detail: DescMessage, local: string, imports: Imports): Literal {
  if (isStandardDetail(detail.typeName) || !isStandardFile(detail.file)) return new Name(local);
  return { callee: imports.runtime("tsProtoCodec"), args: [quote(detail.typeName), local, imports.reader()] };
}

/** Generates the method that makes `instanceof` work across copies of the package. */
export function emitHasInstance(type: string, imports: Imports): string[] {
  return [
    ...list("static override [Symbol.hasInstance](", ["value: unknown"], `): value is ${type} {`, { indent: 2 }),
    `    return ${imports.runtime("isInstance")}(this, value);`,
    "  }",
  ];
}

/** Generates a union of types: on one line if it fits, otherwise one per line. */
export function emitUnion(union: string, names: readonly string[]): string[] {
  const flat = `export type ${union} = ${names.join(" | ")};`;
  if (flat.length <= 120) return [flat];
  return [`export type ${union} =`, ...names.map((name) => `  | ${name}`)].map((line, index) =>
    index === names.length ? `${line};` : line,
  );
}

/** The text that an editor shows for the class of an error, below the proto's comment. */
function summaryOf({ facts, template }: DeclaredError, detail: string | undefined): string[] {
  const { code, reason, domain, recovery, retryDelay } = facts;
  return [
    `The error \`${reason}\` of the domain \`${domain}\`:`,
    "",
    `- code: \`${codeName(code)}\``,
    `- detail: ${detail ? `{@link ${detail}}` : "none"}`,
    ...(recovery ? [`- recovery: \`${recovery}\``] : []),
    ...(retryDelay === undefined ? [] : [`- retry delay: ${delayText(retryDelay)}`]),
    `- message: ${codeSpan(templateText(template, tsPropertyPath))}`,
  ];
}

function delayText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

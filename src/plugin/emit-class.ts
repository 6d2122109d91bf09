import type { DescMessage } from "@bufbuild/protobuf";
import { codeName } from "../code.js";
import type { DeclaredError } from "../declaration/model.js";
import { isStandardDetail, isStandardFile } from "../declaration/schema.js";
import { delayText } from "../detail/duration.js";
import type { Imports } from "./imports.js";
import { messageText, propertyPath } from "./message-names.js";
import { tableName } from "./names.js";
import type { NamingOptions } from "./options.js";
import { codeSpan, fits, type Literal, list, Name, quote, tsdoc, values } from "./print.js";
import { tsMessageName } from "./ts-proto-names.js";

/**
 * Generates the type and the class of an error.
 *
 * @param index the index of the error in the table
 */
export function emitClass(
  error: DeclaredError,
  index: number,
  baseClass: string,
  imports: Imports,
  options: NamingOptions,
): string[] {
  const { facts, comment } = error;
  const detail = error.detail && imports.message(error.detail);
  const types = [detail ?? "undefined", quote(facts.reason)];
  const args: Literal[] = [new Name(tableName(baseClass)), index];
  // On both declarations, because some editors show only the comment of the one that the code uses.
  const doc = tsdoc(comment.lines, summaryOf(error, detail, options), { deprecated: facts.deprecated === true });
  return [
    ...doc,
    ...list(`export interface ${facts.className} extends ${baseClass}<`, types, "> {}", { comma: false }),
    "",
    ...doc,
    ...(error.detail && options.runtime === "es" && !isStandardDetail(error.detail.typeName)
      ? emitMessageDefinition(error.detail, facts.className, args, imports)
      : emitDefinition(error, args, imports, options)),
  ];
}

/** Generates the call that makes the class of an error whose detail is a message of protobuf-es. */
function emitMessageDefinition(
  detail: DescMessage,
  className: string,
  given: readonly Literal[],
  imports: Imports,
): string[] {
  const schema = imports.schema(detail);
  const before = `export const ${className}: ${imports.runtime("MessageErrorClassOf")}<`;
  const after = `> = /* @__PURE__ */ ${imports.runtime("defineError")}(`;
  const args = [...given, new Name(schema)];
  const flat = `${before}${className}, typeof ${schema}${after}`;
  if (fits(flat, 0)) return values(flat, args, ");");
  return [before, `  ${className},`, `  typeof ${schema}`, ...values(after, args, ");")];
}

/** Generates the call that makes the class of an error. Its type arguments check ts-proto's code for the detail. */
function emitDefinition(
  error: DeclaredError,
  given: readonly Literal[],
  imports: Imports,
  options: NamingOptions,
): string[] {
  const { detail, facts, template } = error;
  const before = `export const ${facts.className}: ${imports.runtime("ErrorClassOf")}<${facts.className}>`;
  const callee = `${before} = /* @__PURE__ */ ${imports.runtime("defineError")}`;
  const args = detail ? [...given, codecOf(detail, imports.message(detail), imports)] : given;
  if (!detail || isStandardDetail(detail.typeName)) return values(`${callee}(`, args, ");");
  const paths = template
    .filter((part) => typeof part !== "string")
    .map((path) => propertyPath(path, { detail }, options));
  const properties = [...new Set(paths)].map(quote);
  const message = [`[typeof import(${quote(imports.messageModule(detail))})]`, quote(tsMessageName(detail, options))];
  const check = imports.runtime("MessageCheck");
  const flat = `${check}<${[...message, ...(properties.length > 0 ? [`[${properties.join(", ")}]`] : [])].join(", ")}>`;
  const [call = "", ...more] = values(`${callee}<${facts.className}, ${flat}>(`, args, ");");
  if (more.length === 0) return [call];
  const broken = [
    `  ${check}<`,
    ...message.map((line) => `    ${line},`),
    ...list("[", properties, "]", { indent: 4, comma: false }),
    "  >",
  ];
  return [
    `${callee}<`,
    `  ${facts.className},`,
    ...(fits(flat, 2) ? [`  ${flat}`] : broken),
    ...values(">(", args, ");"),
  ];
}

/** The codec of a detail: ts-proto's code, or a call that adds the type's name where the table does not have it. */
function codecOf(detail: DescMessage, local: string, imports: Imports): Literal {
  if (isStandardDetail(detail.typeName) || !isStandardFile(detail.file)) return new Name(local);
  return { callee: imports.runtime("tsProtoCodec"), args: [quote(detail.typeName), local, imports.reader()] };
}

/** The text that an editor shows for the class of an error, below the proto's comment. */
function summaryOf(error: DeclaredError, detail: string | undefined, options: NamingOptions): string[] {
  const { facts } = error;
  const { code, reason, domain, recovery, retryDelay } = facts;
  return [
    `The error \`${reason}\` of the domain \`${domain}\`:`,
    "",
    `- code: \`${codeName(code)}\``,
    `- detail: ${detail ? `{@link ${detail}}` : "none"}`,
    ...(recovery ? [`- recovery: \`${recovery}\``] : []),
    ...(retryDelay === undefined ? [] : [`- retry delay: ${delayText(retryDelay)}`]),
    `- message: ${codeSpan(messageText(error, options))}`,
  ];
}

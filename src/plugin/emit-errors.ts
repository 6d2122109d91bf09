import { type DescEnum, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { DeclaredEnum, DeclaredError, DeclaredFile } from "../declaration/model.js";
import { isStandardDetail, isStandardFile } from "../declaration/schema.js";
import { enumNamesOf } from "../declaration/template.js";
import { errorLine } from "../error-table.js";
import type { Imports } from "./imports.js";
import { messageEnums, messageText, redirectText } from "./message-names.js";
import { DESCRIPTORS, REDACTED_FIELDS, tableName } from "./names.js";
import type { NamingOptions } from "./options.js";
import { item, type Literal, list, Name, Properties, quote, textBlock, tsdoc, tsdocLine } from "./print.js";

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
export function emitTable(
  declared: DeclaredEnum,
  { redacted }: Pick<DeclaredFile, "redacted">,
  imports: Imports,
  options: NamingOptions,
): string[] {
  const { desc, baseClass, domain, errors } = declared;
  const shared = { domain, prefix: prefixOf(declared), ...(declared.numericCodes && { numericCode: true }) };
  const properties: [string, Literal][] = Object.entries(shared);
  const enums = new Map(
    errors.flatMap((error) => messageEnums(error, options)).map(([, desc]) => [desc.typeName, desc]),
  );
  if (enums.size > 0)
    properties.push(["enums", new Properties([...enums].map(([name, desc]) => [name, namesOf(desc)]))]);
  if (errors.some(detailTypeOf)) {
    properties.push(["descriptors", new Name(DESCRIPTORS)]);
    if (options.runtime === "ts-proto") properties.push(...readingOf(errors, imports));
  }
  if (options.runtime === "es" && errors.some(({ detail }) => detail && !isStandardDetail(detail.typeName))) {
    properties.push(["codecOf", new Name(imports.runtime("protobufEsCodec"))]);
  }
  if (redacted) {
    properties.push(
      ["redacted", new Name(REDACTED_FIELDS)],
      ["redaction", new Name(imports.runtime("FieldRedaction"))],
    );
  }
  const type = imports.runtime("ErrorTable");
  return [
    tsdocLine(`The errors of \`${desc.typeName}\`, one JSON object per line. Fields with default values are left out.`),
    `const ${tableName(baseClass)}: ${type} = /* @__PURE__ */ new ${type}(`,
    `  ${baseClass},`,
    ...item(new Properties(properties), 2),
    ...textBlock(
      errors.map((error) => {
        const texts = { message: messageText(error, options), ...redirectText(error, options) };
        return errorLine({ ...error.facts, ...texts }, shared, typesOf(error, options));
      }),
    ),
    ");",
  ];
}

/** What the code of ts-proto is read with. */
function readingOf(errors: readonly DeclaredError[], imports: Imports): [string, Literal][] {
  const details = errors.flatMap(({ detail }) => (detail && !isStandardFile(detail.file) ? [detail] : []));
  const reader: [string, Literal] = ["reader", new Name(imports.reader())];
  if (!haveLongFields(details)) return [reader];
  return [reader, ["unsafeIntegers", new Name(imports.runtime("decodeUnsafe"))]];
}

/** Checks whether messages have a field, at any depth, that ts-proto may make a number although it has 64 bits. */
function haveLongFields(messages: Iterable<DescMessage>): boolean {
  // Iteration over a set includes elements that are added meanwhile.
  const all = new Set(messages);
  for (const { fields } of all) {
    for (const field of fields) {
      if (field.scalar && LONG_TYPES.has(field.scalar)) return true;
      if (field.fieldKind === "map" && LONG_TYPES.has(field.mapKey)) return true;
      if (field.message) all.add(field.message);
    }
  }
  return false;
}

const LONG_TYPES: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

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
function typesOf(
  error: DeclaredError,
  options: NamingOptions,
): { detailType?: string; enumTypes?: Readonly<Record<string, string>> } {
  const detailType = detailTypeOf(error);
  const enums = messageEnums(error, options).map(([text, { typeName }]) => [text, typeName]);
  return {
    ...(detailType !== undefined && { detailType }),
    ...(enums.length > 0 && { enumTypes: Object.fromEntries(enums) }),
  };
}

/** The type of a detail, unless every reader has it. */
function detailTypeOf({ detail }: DeclaredError): string | undefined {
  return detail && !isStandardFile(detail.file) ? detail.typeName : undefined;
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

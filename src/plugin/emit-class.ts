import { codeName } from "../code.js";
import type { DeclaredEnum, DeclaredError } from "../declaration/model.js";
import { emitDefinition } from "./emit-definition.js";
import type { Imports } from "./imports.js";
import { list, quote } from "./layout.js";
import { tsdoc } from "./tsdoc.js";

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
    `/** Any error of ${name}; \`reason\` tells which. */`,
    ...emitUnion(
      union,
      errors.map(({ facts }) => facts.className),
    ),
  ];
}

/** The class of one error. */
export function emitClass(error: DeclaredError, { baseClass }: DeclaredEnum, imports: Imports): string[] {
  const { facts, comment } = error;
  const detail = error.detail && imports.message(error.detail);
  const types = [detail ?? "undefined", quote(facts.reason)];
  const options = imports.runtime("RichErrorOptions");
  return [
    ...tsdoc(comment.lines, summaryLine(error, detail), { deprecated: facts.deprecated === true }),
    ...list(`export class ${facts.className} extends ${baseClass}<`, types, "> {", { comma: false }),
    ...list(`static override readonly definition: ${imports.runtime("Definition")}<`, types, "> = {", {
      indent: 2,
      comma: false,
    }),
    ...emitDefinition(error, detail, imports),
    "  };",
    "",
    ...emitHasInstance(facts.className, imports),
    "",
    ...list("constructor(", [...(detail ? [`detail: ${detail}`] : []), `options?: ${options}`], ") {", { indent: 2 }),
    ...list("super(", [`${facts.className}.definition`, detail ? "detail" : "undefined", "options"], ");", {
      indent: 4,
    }),
    "  }",
    "}",
  ];
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

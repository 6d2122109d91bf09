import type { Plugin } from "rolldown";
import { parseSync } from "rolldown/utils";

// No module of the package does anything when it is loaded. Bundlers cannot see that of a call, of a spread, or of a member of an
// object, whose accessor may do anything, so they keep such a statement and all that it uses. Said of each statement, a bundler
// drops what its user does not use.

const PURE = "/* @__PURE__ */ ";

type Statement = ReturnType<typeof parseSync>["program"]["body"][number];
type Expression = NonNullable<Extract<Statement, { type: "VariableDeclaration" }>["declarations"][number]["init"]>;
type Class = Extract<Statement, { superClass: unknown }>;

/** Marks the statements of ES modules whose effects a bundler cannot rule out. */
export const pureStatements: Plugin = {
  name: "pure-statements",
  renderChunk(code, { fileName }, { format }) {
    if (format !== "es") return null;
    const { program } = parseSync(fileName, code, { preserveParens: false });
    let marked = "";
    let end = 0;
    for (const statement of program.body) {
      const text = markedText(statement, code);
      if (text === undefined) continue;
      marked += code.slice(end, statement.start) + text;
      end = statement.end;
    }
    return marked + code.slice(end);
  },
};

/** Returns a statement as a pure one, or `undefined` if bundlers see that it is. */
function markedText(statement: Statement, code: string): string | undefined {
  if (statement.type === "ClassDeclaration" && statement.id) {
    return isPureClass(statement, code) ? undefined : madeByFunction(statement.id.name, textOf(statement, code));
  }
  if (statement.type !== "VariableDeclaration") return undefined;
  const [{ id, init } = {}, another] = statement.declarations;
  if (id?.type !== "Identifier" || !init || another || isPure(init, code)) return undefined;
  const declaration = `${statement.kind} ${id.name} = `;
  const text = textOf(init, code);
  // A class without a name of its own has that of the variable.
  if (init.type === "ClassExpression") return madeByFunction(id.name, `const ${id.name} = ${text};`);
  if (isCall(init) && hasPureArguments(init, code)) return `${declaration}${PURE}${text};`;
  return `${declaration}${PURE}(() => (${text}))();`;
}

function madeByFunction(name: string, declaration: string): string {
  return `const ${name} = ${PURE}(() => {\n${declaration}\nreturn ${name};\n})();`;
}

function textOf({ start, end }: { readonly start: number; readonly end: number }, code: string): string {
  return code.slice(start, end);
}

type Call = Extract<Expression, { type: "CallExpression" | "NewExpression" }>;

function isCall(node: Expression): node is Call {
  return node.type === "CallExpression" || node.type === "NewExpression";
}

function hasPureArguments(call: Call, code: string): boolean {
  return call.arguments.every((one) => one.type !== "SpreadElement" && isPure(one, code));
}

/** Checks whether a bundler sees that an expression has no effect. */
function isPure(node: Expression, code: string): boolean {
  switch (node.type) {
    case "Literal":
    case "Identifier":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      return true;
    case "UnaryExpression":
      return isPure(node.argument, code);
    case "BinaryExpression":
      if (node.operator === "**" || node.left.type === "PrivateIdentifier") return false;
      return isPure(node.left, code) && isPure(node.right, code);
    case "ConditionalExpression":
      return [node.test, node.consequent, node.alternate].every((one) => isPure(one, code));
    case "TemplateLiteral":
      return node.expressions.length === 0;
    case "ArrayExpression":
      return node.elements.every((one) => one !== null && one.type !== "SpreadElement" && isPure(one, code));
    case "ObjectExpression":
      return node.properties.every((one) => one.type === "Property" && !one.computed && isPure(one.value, code));
    case "ClassExpression":
      return isPureClass(node, code);
    case "CallExpression":
    case "NewExpression":
      return code.slice(0, node.start).endsWith(PURE) && hasPureArguments(node, code);
    default:
      return false;
  }
}

/** A bundler keeps a class with a static block or a computed name. */
function isPureClass({ superClass, body }: Class, code: string): boolean {
  if (superClass && superClass.type !== "Identifier") return false;
  return body.body.every((member) => {
    if (member.type === "StaticBlock" || !("computed" in member) || member.computed) return false;
    return !(member.type === "PropertyDefinition" && member.static && member.value && !isPure(member.value, code));
  });
}

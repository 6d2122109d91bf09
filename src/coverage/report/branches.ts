import type { AnyNode } from "acorn";
import { around, isFunction, literalOf, type Place, parseScript, placeAt, placesIn, scopeOf } from "./syntax.js";

/**
 * The script of a program that read a property of an error, in which the branches for its value are found:
 *
 * - a `case` of the `switch` over it;
 * - a comparison with it: `===`, `!==`, `==`, `!=`;
 * - the property of an object that it selects: `TEXTS[error.reason]`, `error.reason in TEXTS`;
 * - an entry of a list that is asked for it: `["GONE"].includes(error.reason)`, `new Set(["GONE"]).has(error.reason)`.
 *
 * It may first go through a variable, or through a parameter of a function in the same script.
 */
export class Script {
  readonly #root: AnyNode | undefined;

  constructor(text: string) {
    this.#root = parseScript(text);
  }

  /** Whether the text could be parsed. If not, it has no branches. */
  get isReadable(): boolean {
    return this.#root !== undefined;
  }

  /** Checks whether a program that read a value at a position has a branch for it. */
  hasBranch(position: number, value: string): boolean {
    if (!this.#root) return false;
    const place = placeAt(this.#root, position);
    return new Search(this.#root, value).readAt(place);
  }
}

/** The search for the branches of one value. */
class Search {
  readonly #root: AnyNode;
  readonly #value: string;
  /** Functions may call each other. */
  readonly #seen = new Set<AnyNode>();

  constructor(root: AnyNode, value: string) {
    this.#root = root;
    this.#value = value;
  }

  /** Looks at the property whose name is at a place: `error.reason` or `{ reason }`. */
  readAt(place: Place): boolean {
    for (let outer: Place | undefined = place; outer; outer = around(outer)) {
      if (outer.node.type === "MemberExpression") return this.#flowsFrom(outer);
      if (outer.node.type === "Property") return this.#isBound(outer.node.value, outer);
      if (isFunction(outer.node)) return false;
    }
    return false;
  }

  /** Follows an expression that has the value. */
  #flowsFrom(place: Place): boolean {
    const { node } = place;
    const outer = around(place);
    if (!outer) return false;
    const user = outer.node;
    switch (user.type) {
      case "ChainExpression":
      case "ParenthesizedExpression":
      case "LogicalExpression":
        return this.#flowsFrom(outer);
      case "ConditionalExpression":
        return user.test !== node && this.#flowsFrom(outer);
      case "SequenceExpression":
        return user.expressions.at(-1) === node && this.#flowsFrom(outer);
      case "SwitchStatement":
        return user.discriminant === node && user.cases.some(({ test }) => this.#is(test));
      case "BinaryExpression":
        if (user.operator === "in") return user.left === node && this.#isKeyOf(user.right);
        return EQUALITY.has(user.operator) && this.#is(user.left === node ? user.right : user.left);
      case "MemberExpression":
        return user.computed && user.property === node && this.#isKeyOf(user.object);
      case "VariableDeclarator":
        return this.#isBound(user.id, outer);
      case "AssignmentExpression":
        return user.right === node && this.#isBound(user.left, outer);
      case "CallExpression":
        return this.#isArgument(user, node);
      default:
        return false;
    }
  }

  #is(node: AnyNode | null | undefined): boolean {
    return literalOf(node) === this.#value;
  }

  /** Follows a variable that has the value. */
  #isBound(pattern: AnyNode, at: Place): boolean {
    const target = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
    if (target.type !== "Identifier" || this.#seen.has(target)) return false;
    this.#seen.add(target);
    const { name } = target;
    return [...placesIn(scopeOf(at))].some(
      (use) => use.node !== target && use.node.type === "Identifier" && use.node.name === name && this.#flowsFrom(use),
    );
  }

  /** Looks at a call that gets the value: of a list, or of a function in this script. */
  #isArgument(call: AnyNode & { type: "CallExpression" }, node: AnyNode): boolean {
    const given: readonly AnyNode[] = call.arguments;
    const index = given.indexOf(node);
    if (index < 0) return false;
    const { callee } = call;
    if (callee.type === "MemberExpression") {
      const method = callee.property.type === "Identifier" ? callee.property.name : "";
      return index === 0 && LOOKUPS.has(method) && this.#isListedIn(callee.object);
    }
    if (callee.type !== "Identifier") return false;
    const called = this.#declared(callee.name);
    const parameter = called && isFunction(called.node) ? called.node.params[index] : undefined;
    // The function is the scope of its parameters.
    return parameter !== undefined && called !== undefined && this.#isBound(parameter, below(called));
  }

  #isKeyOf(node: AnyNode): boolean {
    const object = this.#literal(node);
    if (object?.type !== "ObjectExpression") return false;
    return object.properties.some((property) => {
      if (property.type !== "Property") return false;
      const { key, computed } = property;
      return this.#is(key) || (!computed && key.type === "Identifier" && key.name === this.#value);
    });
  }

  /** Looks into an array, a `Set` or a `Map`, whose entries are pairs. */
  #isListedIn(node: AnyNode): boolean {
    const list = this.#literal(node);
    if (list?.type === "NewExpression") return list.arguments.some((argument) => this.#isListedIn(argument));
    if (list?.type !== "ArrayExpression") return false;
    return list.elements.some(
      (element) => this.#is(element) || (element?.type === "ArrayExpression" && this.#is(element.elements[0])),
    );
  }

  /** Returns the literal that an expression stands for, through a constant of this script and `Object.freeze`. */
  #literal(node: AnyNode): AnyNode | undefined {
    if (node.type === "Identifier") {
      const declared = this.#declared(node.name)?.node;
      return declared && declared.type !== "Identifier" ? this.#literal(declared) : undefined;
    }
    const [argument] = node.type === "CallExpression" && isFreeze(node.callee) ? node.arguments : [];
    return argument ? this.#literal(argument) : node;
  }

  /** Returns what a name of this script is declared as. */
  #declared(name: string): Place | undefined {
    for (const place of placesIn({ node: this.#root, parents: [] })) {
      const { node } = place;
      if (node.type === "FunctionDeclaration" && node.id?.name === name) return place;
      if (node.type !== "VariableDeclarator" || node.id.type !== "Identifier" || node.id.name !== name) continue;
      if (node.init) return { node: node.init, parents: [node, ...place.parents] };
    }
    return undefined;
  }
}

/** Checks whether a function is `Object.freeze`. */
function isFreeze(callee: AnyNode): boolean {
  if (callee.type !== "MemberExpression") return false;
  const { object, property } = callee;
  const names = [object, property].map((node) => (node.type === "Identifier" ? node.name : ""));
  return names.join(".") === "Object.freeze";
}

/** A place inside a function, whose scope is that function. */
function below(place: Place): Place {
  return { node: place.node, parents: [place.node, ...place.parents] };
}

const EQUALITY: ReadonlySet<string> = new Set(["===", "!==", "==", "!="]);

/** The methods that look for their first argument. */
const LOOKUPS: ReadonlySet<string> = new Set(["includes", "indexOf", "has", "get"]);

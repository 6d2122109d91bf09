import { type AnyNode, type Options, parse } from "acorn";

/** A node with the nodes that contain it, the innermost first. */
export interface Place {
  readonly node: AnyNode;
  readonly parents: readonly AnyNode[];
}

/** Parses a script as Node or a test runner ran it. Returns `undefined` if it is no JavaScript that the parser knows. */
export function parseScript(text: string): AnyNode | undefined {
  for (const sourceType of ["module", "script"] as const) {
    try {
      return parse(text, { ...OPTIONS, sourceType });
    } catch {}
  }
  return undefined;
}

/** A script of CommonJS is the body of a function. */
const OPTIONS: Options = {
  ecmaVersion: "latest",
  allowHashBang: true,
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowImportExportEverywhere: true,
  allowSuperOutsideMethod: true,
};

/** Returns the innermost node at a position. */
export function placeAt(root: AnyNode, position: number): Place {
  let place: Place = { node: root, parents: [] };
  for (;;) {
    const inner = childrenOf(place.node).find(({ start, end }) => start <= position && position < end);
    if (!inner) return place;
    place = inside(place, inner);
  }
}

/** Finds every node below another one, in the order of the text. */
export function* placesIn(place: Place): Generator<Place> {
  for (const child of childrenOf(place.node)) {
    const inner = inside(place, child);
    yield inner;
    yield* placesIn(inner);
  }
}

function inside({ node, parents }: Place, inner: AnyNode): Place {
  return { node: inner, parents: [node, ...parents] };
}

/** Returns the place of the node around another one. `undefined` for the whole script. */
export function around({ parents: [node, ...parents] }: Place): Place | undefined {
  return node && { node, parents };
}

function childrenOf(node: AnyNode): AnyNode[] {
  return Object.values(node).flat().filter(isNode);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Returns the text of a string that a script has as it is. */
export function literalOf(node: AnyNode | null | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type === "TemplateLiteral" && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** Returns the innermost function around a place, or the whole script. */
export function scopeOf(place: Place): Place {
  for (let outer = around(place); outer; outer = around(outer)) {
    if (isFunction(outer.node) || outer.parents.length === 0) return outer;
  }
  return place;
}

const FUNCTIONS = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"] as const;
type FunctionNode = Extract<AnyNode, { type: (typeof FUNCTIONS)[number] }>;

/** Checks whether a node is a function of any kind. */
export function isFunction(node: AnyNode): node is FunctionNode {
  return FUNCTIONS.some((type) => type === node.type);
}

import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** One source file: its path in `src/` without the folder, and the files it imports. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
  /** Every import, of types too. */
  readonly imports: readonly string[];
  /** Imports that remain when types are erased. */
  readonly valueImports: readonly string[];
}

/** Reads every file of `src/`, with its relative imports. */
export function readSources(root = "src"): ReadonlyMap<string, SourceFile> {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
  return new Map(paths.sort().map((path) => [path, readSource(root, path)]));
}

/** `import` and `export … from` with a relative path, and `import("…")`. */
const IMPORT = /^(?:import|export)\s+(type\s+)?([^;"']*?)\s*from\s+"(\.[^"]+)"|\bimport\("(\.[^"]+)"\)/gm;

function readSource(root: string, path: string): SourceFile {
  const text = readFileSync(posix.join(root, path), "utf8");
  const imports: string[] = [];
  const valueImports: string[] = [];
  for (const [, type, names = "", from, dynamic] of text.matchAll(IMPORT)) {
    const target = posix.join(posix.dirname(path), from ?? dynamic ?? "").replace(/\.js$/, ".ts");
    if (target.startsWith("..")) continue;
    imports.push(target);
    if (!type && !areTypes(names)) valueImports.push(target);
  }
  return { path, text, lines: text.split("\n").length - 1, imports, valueImports };
}

/** Checks whether every name in `{ type A, type B }` is a type. */
function areTypes(names: string): boolean {
  const list = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  return (list?.split(",") ?? [names]).every((name) => /^\s*(type\s.*)?$/s.test(name));
}

/** The longest chain of imports, from the file that nothing below reaches to the one that imports nothing. */
export function longestChain(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const known = new Map<string, readonly string[]>();
  const from = (file: string): readonly string[] => {
    const done = known.get(file);
    if (done) return done;
    // A cycle ends the chain here; another check reports it.
    known.set(file, [file]);
    const below = (edges.get(file) ?? []).map(from);
    const longest = below.reduce<readonly string[]>((a, b) => (b.length > a.length ? b : a), []);
    const chain = [file, ...longest];
    known.set(file, chain);
    return chain;
  };
  return [...edges.keys()].map(from).reduce((a, b) => (b.length > a.length ? b : a), []);
}

/** The groups of nodes that reach each other. */
export function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const reach = new Map([...edges.keys()].map((node) => [node, reachableFrom(node, edges)]));
  const cycles = new Map<string, readonly string[]>();
  for (const [node, reached] of reach) {
    if (!reached.has(node)) continue;
    const cycle = [...reached].filter((other) => reach.get(other)?.has(node)).sort();
    cycles.set(cycle.join(), cycle);
  }
  return [...cycles.values()];
}

function reachableFrom(start: string, edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...(edges.get(start) ?? [])];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    open.push(...(edges.get(node) ?? []));
  }
  return reached;
}

/** Imports between folders. A file directly in `src/` is a node of its own. */
export function folderEdges(files: ReadonlyMap<string, SourceFile>): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, Set<string>>();
  for (const { path, imports } of files.values()) {
    const from = folderOf(path);
    const targets = edges.get(from) ?? new Set();
    edges.set(from, targets);
    for (const target of imports.map(folderOf)) if (target !== from) targets.add(target);
  }
  return new Map([...edges].map(([from, targets]) => [from, [...targets]]));
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === "." ? path : folder;
}

/** Every identifier in a file's code, without those in comments and text. */
export function identifiersIn(text: string): ReadonlySet<string> {
  const code = text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, " ")
    .replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .replace(/`(?:[^`\\]|\\.)*`/g, (template) => [...template.matchAll(/\$\{([^}]*)\}/g)].map((m) => m[1]).join(" "));
  return new Set(code.match(/[A-Za-z_$][\w$]*/g));
}

/** `PackedStatus` and `packed_status` are "packed" and "status". */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3 $2")
    .toLowerCase()
    .split(/[\s_\-./$]+/);
}

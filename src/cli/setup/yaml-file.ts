import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  stringify,
  type YAMLMap,
} from "yaml";
import { printable } from "../../declaration/problems.js";
import { Failure } from "../input/command.js";

/** The keys and indexes that lead from the root of a YAML file to a value. */
export type YamlPath = readonly (string | number)[];

/** The text of a YAML file. An addition leaves every other character as it is, comments included. */
export class YamlFile {
  readonly text: string;
  readonly #name: string;
  readonly #document: Document;

  /**
   * @param name the name of the file in messages
   * @throws Failure if the text is not YAML
   */
  constructor(name: string, text: string) {
    this.#name = printable(name);
    this.text = text;
    const lineCounter = new LineCounter();
    this.#document = parseDocument(text, { lineCounter, prettyErrors: false });
    const [error] = this.#document.errors;
    if (error) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      throw Failure.usage(`${this.#name}:${line}:${col}: ${error.message}; correct the YAML`, { cause: error });
    }
  }

  /** The string or number at a path, as text. */
  textAt(path: YamlPath): string | undefined {
    const node = this.#at(path);
    return isScalar(node) && (typeof node.value === "string" || typeof node.value === "number")
      ? String(node.value)
      : undefined;
  }

  /** The strings at a path: a list of them, or a single one. Other items of the list are left out. */
  textsAt(path: YamlPath): string[] {
    const single = this.textAt(path);
    const indexes = Array.from({ length: this.lengthAt(path) }, (_, index) => this.textAt([...path, index]));
    return [single, ...indexes].filter((text) => text !== undefined);
  }

  /** The length of the list at a path, or 0 if it is not a list. */
  lengthAt(path: YamlPath): number {
    const node = this.#at(path);
    return isSeq(node) ? node.items.length : 0;
  }

  /** Checks whether there is a value at a path. */
  has(path: YamlPath): boolean {
    const node = this.#at(path);
    return node !== undefined && !isEmpty(node);
  }

  /**
   * Returns the text with items added to the end of the list at a path. What is missing on the path is added, too.
   *
   * @throws Failure if the value at the path is not a list
   */
  append(path: YamlPath, items: readonly unknown[]): YamlFile {
    const edited = new YamlFile(this.#name, this.#appended(path, items));
    if (edited.lengthAt(path) === this.lengthAt(path) + items.length) return edited;
    throw this.#notEditable(path, items);
  }

  #appended(path: YamlPath, items: readonly unknown[]): string {
    let node: unknown = this.#document.contents;
    for (const [depth, key] of path.entries()) {
      const next = childOf(node, key);
      if (next !== undefined && !isEmpty(next)) {
        node = next;
        continue;
      }
      const missing = path.slice(depth + 1).reduceRight<unknown>((value, key) => ({ [key]: value }), items);
      if (isEmpty(node)) return `${this.text.replace(/[^\n]$/, "$&\n")}${block({ [key]: missing }).join("\n")}\n`;
      if (!isMap(node)) break;
      return next === undefined ? this.#withEntry(node, key, missing) : this.#withValue(node, key, missing);
    }
    if (!isSeq(node)) throw this.#notEditable(path, items);
    if (node.flow) return this.#inserted(node, items.map(flow).join(", "));
    const lines = items.flatMap((item) => block([item]));
    return this.#withLines(lastOffset(node), this.#columnOf(startOf(node)), lines);
  }

  #withEntry(map: YAMLMap, key: string | number, value: unknown): string {
    if (map.flow) return this.#inserted(map, `${key}: ${flow(value)}`);
    return this.#withLines(lastOffset(map), this.#columnOf(startOf(map)), block({ [key]: value }));
  }

  /** Fills the value of `key:` with nothing behind it. */
  #withValue(map: YAMLMap, key: string | number, value: unknown): string {
    const pair = map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
    const start = startOf(pair?.key);
    return this.#withLines(start, this.#columnOf(start) + 2, block(value));
  }

  /** Adds items before the closing bracket of a flow collection. */
  #inserted(node: Node, items: string): string {
    const end = endOf(node) - 1;
    const before = this.text.slice(0, end).trimEnd();
    const comma = /[,[{]$/.test(before) ? "" : ",";
    const space = /[[{]$/.test(before) ? "" : " ";
    return `${before}${comma}${space}${items}${this.text.slice(before.length)}`;
  }

  /** Adds lines after the line of an offset. */
  #withLines(offset: number, column: number, lines: readonly string[]): string {
    const eol = this.text.includes("\r\n") ? "\r\n" : "\n";
    const found = this.text.indexOf(eol, offset);
    const end = found < 0 ? this.text.length : found;
    const added = lines.map((line) => `${eol}${" ".repeat(column)}${line}`).join("");
    return `${this.text.slice(0, end)}${added}${this.text.slice(end)}`;
  }

  #columnOf(offset: number): number {
    const start = this.text.lastIndexOf("\n", offset - 1) + 1;
    const mark = start === 0 && this.text.startsWith("\ufeff") ? 1 : 0;
    return offset - start - mark;
  }

  #at(path: YamlPath): unknown {
    return path.reduce<unknown>((node, key) => {
      const child = childOf(node, key);
      return isAlias(child) ? child.resolve(this.#document) : child;
    }, this.#document.contents ?? undefined);
  }

  #notEditable(path: YamlPath, items: readonly unknown[]): Failure {
    const place = path.join(".");
    return Failure.usage(
      `${this.#name}: ${place} is not a plain list; add to it by hand: ${items.map(flow).join(", ")}`,
    );
  }
}

function childOf(node: unknown, key: string | number): unknown {
  if (isMap(node)) return node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value ?? undefined;
  if (isSeq(node) && typeof key === "number") return node.items[key];
  return undefined;
}

function isEmpty(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null);
}

function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

function endOf(node: unknown): number {
  return rangeOf(node)[1];
}

function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? node.range : undefined;
  return range ? [range[0], range[1]] : [0, 0];
}

/** The offset after the last character of a node. Comments and line breaks after it do not count. */
function lastOffset(node: unknown): number {
  if (isSeq(node) && !node.flow) return lastOffset(node.items.at(-1));
  if (!isMap(node) || node.flow) return endOf(node) - (isScalar(node) && isBlockScalar(node.type) ? 1 : 0);
  const last = node.items.at(-1);
  return isEmpty(last?.value) ? endOf(last?.key) : lastOffset(last?.value);
}

function isBlockScalar(type: string | null | undefined): boolean {
  return type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
}

function block(value: unknown): string[] {
  return stringify(value, { lineWidth: 0 }).trimEnd().split("\n");
}

function flow(value: unknown): string {
  return stringify(value, { lineWidth: 0, collectionStyle: "flow", flowCollectionPadding: false }).trim();
}

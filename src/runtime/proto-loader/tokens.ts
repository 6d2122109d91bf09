/** A place in a text; line and column count from 0, as descriptors have them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A word, a symbol or a string of a proto file. */
export interface Token extends Position {
  readonly kind: "word" | "symbol" | "string" | "end";
  /** As it stands in the file; of a string, what it means. */
  readonly text: string;
  /** The comment above, without its marks. */
  readonly comment: string;
}

const TOKEN =
  /(?<space>\s+)|(?<line>\/\/[^\n]*)|(?<block>\/\*[\s\S]*?\*\/)|(?<string>"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')|(?<word>[\w.]+)|[\s\S]/g;

/** Takes a proto file apart. The text is taken to be well-formed: a parser has read it before. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const comments = new Comments();
  let line = 0;
  let lineStart = 0;
  for (const { 0: matched, index, groups = {} } of text.matchAll(TOKEN)) {
    const position = { line, column: index - lineStart };
    for (let at = matched.indexOf("\n"); at >= 0; at = matched.indexOf("\n", at + 1)) {
      line++;
      lineStart = index + at + 1;
    }
    const { space, line: lineComment, block, string, word } = groups;
    if (space !== undefined) continue;
    if (lineComment !== undefined) comments.add(lineComment.slice(2), position.line, line, true);
    else if (block !== undefined) comments.add(withoutStars(block), position.line, line, false);
    else {
      const kind = string !== undefined ? "string" : word !== undefined ? "word" : "symbol";
      const meaning = string !== undefined ? unescapeString(string.slice(1, -1)) : matched;
      tokens.push({ kind, text: meaning, ...position, comment: comments.above(position.line, line) });
    }
  }
  tokens.push({ kind: "end", text: "", line, column: text.length - lineStart, comment: "" });
  return tokens;
}

/** The comments since the last token. Of them, the one that ends on the line above the next token belongs to it. */
class Comments {
  #text = "";
  #end = -1;
  #areLines = false;
  #tokenEnd = -1;

  add(text: string, first: number, last: number, isLine: boolean): void {
    // What stands behind a token on its line is about that token.
    if (first === this.#tokenEnd) return;
    const goesOn = isLine && this.#areLines && first === this.#end + 1;
    this.#text = goesOn ? `${this.#text}\n${text}` : text;
    this.#end = last;
    this.#areLines = isLine;
  }

  above(line: number, last: number): string {
    const text = this.#end === line || this.#end === line - 1 ? this.#text : "";
    this.#text = "";
    this.#end = -1;
    this.#areLines = false;
    this.#tokenEnd = last;
    return text;
  }
}

function withoutStars(block: string): string {
  return block
    .slice(2, -2)
    .split("\n")
    .map((line, index) => (index === 0 ? line : line.replace(/^\s*\*?/, "")))
    .join("\n");
}

const ESCAPE = /\\(?:[xX]([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/y;
const PLAIN = /[^\\]+/y;
const LETTERS: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What a string means; escapes of bytes are bytes of UTF-8. */
function unescapeString(text: string): string {
  if (!text.includes("\\")) return text;
  const bytes: Uint8Array[] = [];
  for (let at = 0; at < text.length; ) {
    const pattern = text[at] === "\\" ? ESCAPE : PLAIN;
    pattern.lastIndex = at;
    const [all = "\\", hex, octal, short, long, letter] = pattern.exec(text) ?? [];
    at += all.length;
    if (pattern === PLAIN) bytes.push(Buffer.from(all));
    else if (hex ?? octal) bytes.push(Uint8Array.of(hex ? Number.parseInt(hex, 16) : Number.parseInt(octal ?? "", 8)));
    else if (short ?? long) bytes.push(Buffer.from(character(Number.parseInt(short ?? long ?? "", 16))));
    else bytes.push(Buffer.from(LETTERS[letter ?? ""] ?? letter ?? all));
  }
  return Buffer.concat(bytes).toString();
}

function character(code: number): string {
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}

/** The tokens of a proto file, read one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.peek().kind === "end";
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (!token) throw new RangeError("there are no tokens");
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#index++;
    return token;
  }

  /** Whether a word or symbol comes next. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === "word" || token.kind === "symbol");
  }

  /** Passes over a word or symbol, if it comes next. */
  take(text: string): boolean {
    const seen = this.sees(text);
    if (seen) this.next();
    return seen;
  }

  /** Passes over the rest of a statement: to a semicolon, or to the end of a block. */
  skipStatement(): void {
    let depth = 0;
    while (!this.done) {
      const { kind, text } = this.next();
      if (kind !== "symbol") continue;
      if (text === ";" && depth === 0) return;
      if (OPENING.has(text)) depth++;
      else if (CLOSING.has(text) && --depth <= 0 && text === "}") return;
    }
  }
}

const OPENING = new Set(["{", "[", "("]);
const CLOSING = new Set(["}", "]", ")"]);

/** A position in a text. Line and column count from 0, as in descriptors. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A word, a symbol or a string of a proto. */
export interface Token extends Position {
  readonly kind: "word" | "symbol" | "string" | "end";
  /** The text of a word or symbol; the value of a string, without quotes and escapes. */
  readonly text: string;
  /** The comment above the token, without `//` and `/*`. */
  readonly comment: string;
}

const TOKEN =
  /(?<space>\s+)|(?<line>\/\/[^\n]*)|(?<block>\/\*[\s\S]*?\*\/)|(?<string>"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')|(?<word>[\w.]+)|[\s\S]/g;

/** Splits the text of a proto into tokens. The text is well-formed, because protobufjs has parsed it. */
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

/** Collects comments between two tokens. The one that ends on the line above the second token belongs to it. */
class Comments {
  #text = "";
  #end = -1;
  #areLines = false;
  #tokenEnd = -1;

  add(text: string, first: number, last: number, isLine: boolean): void {
    // A comment behind a token on the same line describes that token.
    if (first === this.#tokenEnd) return;
    const continues = isLine && this.#areLines && first === this.#end + 1;
    this.#text = continues ? `${this.#text}\n${text}` : text;
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

/** Replaces the escapes of a string. Escaped bytes are UTF-8. */
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

/** Reads tokens one after the other. The last token is the end. */
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
    if (!token) throw new RangeError("no tokens");
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#index++;
    return token;
  }

  /** Checks whether a word or symbol comes next. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === "word" || token.kind === "symbol");
  }

  /** Skips a word or symbol if it comes next. Returns whether it did. */
  take(text: string): boolean {
    const seen = this.sees(text);
    if (seen) this.next();
    return seen;
  }

  /** Skips the rest of a statement, up to its semicolon or the end of its block. */
  skipStatement(): void {
    let depth = 0;
    while (!this.done) {
      const { kind, text } = this.next();
      if (kind !== "symbol") continue;
      if (text === ";" && depth === 0) return;
      if (OPENING_BRACKETS.has(text)) depth++;
      else if (CLOSING_BRACKETS.has(text) && --depth <= 0 && text === "}") return;
    }
  }
}

const OPENING_BRACKETS = new Set(["{", "[", "("]);
const CLOSING_BRACKETS = new Set(["}", "]", ")"]);

import type { Token } from "./tokens.js";

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

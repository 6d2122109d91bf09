/** A piece of code, with what it is. */
export interface Token {
  readonly text: string;
  readonly kind?: "comment" | "keyword" | "string" | "number" | "key" | "name";
}

export type Language = "json" | "ts" | "text";

const GRAMMARS: Readonly<Record<Exclude<Language, "text">, RegExp>> = {
  json: /(?<key>"(?:[^"\\]|\\.)*"(?=\s*:))|(?<string>"(?:[^"\\]|\\.)*")|(?<number>-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b)/g,
  ts: /(?<comment>\/\/.*)|(?<string>"(?:[^"\\]|\\.)*")|(?<keyword>\b(?:import|from|throw|new|try|catch|if|instanceof|const|await|true|false)\b)|(?<number>\b\d\w*)|(?<key>\b\w+(?=:))|(?<name>\b[A-Z]\w+)/g,
};

/** Splits code into tokens, whose texts together are the code. */
export function tokensOf(code: string, language: Language): Token[] {
  if (language === "text") return [{ text: code }];
  const tokens: Token[] = [];
  let end = 0;
  for (const match of code.matchAll(GRAMMARS[language])) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    if (match.index > end) tokens.push({ text: code.slice(end, match.index) });
    tokens.push({ text: match[0], ...(kind && { kind: kind as NonNullable<Token["kind"]> }) });
    end = match.index + match[0].length;
  }
  return end < code.length ? [...tokens, { text: code.slice(end) }] : tokens;
}

import { type OptionText, readOption, readOptions } from "./option-text.js";
import { TokenReader } from "./token-reader.js";
import { type Position, type Token, tokenize } from "./tokens.js";

/** What a proto says of an element beside its name: where it stands, the comment above, the options. */
export interface ElementText {
  readonly at: Position;
  readonly comment: string;
  readonly options: readonly OptionText[];
}

/** What a proto says of an enum. */
export interface EnumText extends ElementText {
  readonly values: ReadonlyMap<string, ElementText>;
}

/** What the text of a proto says that a parser does not keep. */
export interface ProtoText {
  /** `"proto3"`, or an edition: `"2023"`. */
  readonly syntax: string;
  /** By their full names. */
  readonly enums: ReadonlyMap<string, EnumText>;
}

/** Reads the text of a proto, which a parser has found to be well-formed. */
export function readProtoText(text: string): ProtoText {
  const reader = new TokenReader(tokenize(text));
  const enums = new Map<string, EnumText>();
  let syntax = "proto2";
  let packageName = "";
  while (!reader.done) {
    if ((reader.sees("syntax") || reader.sees("edition")) && reader.sees("=", 1)) {
      syntax = reader.peek(2).text;
      reader.skipStatement();
    } else if (reader.sees("package") && reader.sees(";", 2)) {
      packageName = reader.peek(1).text;
      reader.skipStatement();
    } else {
      readDefinition(reader, packageName, enums);
    }
  }
  return { syntax, enums };
}

/** Reads an enum, or a message for the enums in it; passes over anything else. */
function readDefinition(reader: TokenReader, scope: string, enums: Map<string, EnumText>): void {
  const start = reader.peek();
  const name = scope === "" ? reader.peek(1).text : `${scope}.${reader.peek(1).text}`;
  // Fields may be named like keywords, and have no block.
  const isBlock = reader.sees("{", 2);
  if (isBlock && start.text === "enum") {
    skip(reader, 3);
    enums.set(name, readEnum(reader, start));
  } else if (isBlock && start.text === "message") {
    skip(reader, 3);
    while (!reader.done && !reader.take("}")) readDefinition(reader, name, enums);
  } else {
    reader.skipStatement();
  }
}

function readEnum(reader: TokenReader, { line, column, comment }: Token): EnumText {
  const options: OptionText[] = [];
  const values = new Map<string, ElementText>();
  while (!reader.done && !reader.take("}")) {
    const { text: name, comment, line, column } = reader.peek();
    if (name === "option" && !reader.sees("=", 1)) {
      options.push(readOption(reader, reader.next()));
      reader.take(";");
    } else if (reader.sees("=", 1)) {
      skip(reader, 2);
      reader.take("-");
      reader.next();
      values.set(name, { at: { line, column }, comment, options: readOptions(reader) });
      reader.take(";");
    } else {
      reader.skipStatement();
    }
  }
  return { at: { line, column }, comment, options, values };
}

function skip(reader: TokenReader, count: number): void {
  for (let left = count; left > 0; left--) reader.next();
}

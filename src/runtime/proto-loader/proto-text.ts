import { type Position, type Token, TokenReader, tokenize } from "./tokens.js";

/** What a proto says of an element beside its name: where it stands, the comment above, the options. */
export interface ElementText {
  readonly at: Position;
  readonly comment: string;
  readonly options: readonly OptionText[];
}

/** What a proto says of an enum. */
interface EnumText extends ElementText {
  readonly values: ReadonlyMap<string, ElementText>;
}

/** What the text of a proto says that a parser does not keep. */
export interface ProtoText {
  /** `"proto3"`, or an edition: `"2023"`. */
  readonly syntax: string;
  readonly packageName: string;
  /** By their full names. */
  readonly enums: ReadonlyMap<string, EnumText>;
  /** By their full names: `"shop.v1.Orders.GetOrder"`. */
  readonly methods: ReadonlyMap<string, ElementText>;
  /** The full names of what the file declares: messages, enums, services and extensions. */
  readonly names: ReadonlySet<string>;
}

/** Reads the text of a proto, which a parser has found to be well-formed. */
export function readProtoText(text: string): ProtoText {
  const reader = new TokenReader(tokenize(text));
  const found: Found = { enums: new Map(), methods: new Map(), names: new Set() };
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
      readDefinition(reader, packageName, found);
    }
  }
  return { syntax, packageName, ...found };
}

interface Found {
  readonly enums: Map<string, EnumText>;
  readonly methods: Map<string, ElementText>;
  readonly names: Set<string>;
}

/** Reads a definition and what is in it; passes over anything else. */
function readDefinition(reader: TokenReader, scope: string, found: Found): void {
  const start = reader.peek();
  const name = fullName(scope, reader.peek(1).text);
  // Fields may be named like keywords, and have no block.
  const kind = reader.sees("{", 2) ? start.text : "field";
  switch (kind) {
    case "enum":
      skip(reader, 3);
      found.names.add(name);
      found.enums.set(name, readEnum(reader, start));
      break;
    case "message":
      skip(reader, 2);
      readMessage(reader, name, found);
      break;
    case "service":
      skip(reader, 3);
      found.names.add(name);
      while (!reader.done && !reader.take("}")) readMethod(reader, name, found);
      break;
    case "oneof":
    case "extend":
      skip(reader, 3);
      while (!reader.done && !reader.take("}")) readField(reader, scope, found, kind === "extend");
      break;
    default:
      readField(reader, scope, found, false);
  }
}

/** Reads the block of a message. */
function readMessage(reader: TokenReader, name: string, found: Found): void {
  found.names.add(name);
  reader.take("{");
  while (!reader.done && !reader.take("}")) readDefinition(reader, name, found);
}

/** Reads a field or another statement, for the name of an extension and for the message that a group is. */
function readField(reader: TokenReader, scope: string, found: Found, isExtension: boolean): void {
  const group = [0, 1].find((ahead) => reader.sees("group", ahead) && reader.sees("=", ahead + 2));
  if (group !== undefined) {
    const name = fullName(scope, reader.peek(group + 1).text);
    skip(reader, group + 4);
    readOptions(reader);
    if (reader.sees("{")) readMessage(reader, name, found);
    return;
  }
  if (isExtension) {
    let ahead = 0;
    while (!reader.sees("=", ahead) && !reader.sees(";", ahead) && reader.peek(ahead).kind !== "end") ahead++;
    if (reader.sees("=", ahead)) found.names.add(fullName(scope, reader.peek(ahead - 1).text));
  }
  reader.skipStatement();
}

/** Reads a method; passes over anything else that stands in a service. */
function readMethod(reader: TokenReader, service: string, { methods }: Found): void {
  if (!reader.sees("rpc")) {
    reader.skipStatement();
    return;
  }
  const { line, column, comment } = reader.next();
  const name = fullName(service, reader.next().text);
  while (!reader.done && !reader.sees("{") && !reader.sees(";")) reader.next();
  const options: OptionText[] = [];
  if (reader.take("{")) {
    while (!reader.done && !reader.take("}")) {
      if (reader.sees("option")) {
        options.push(readOption(reader, reader.next()));
        reader.take(";");
      } else reader.skipStatement();
    }
  }
  reader.take(";");
  methods.set(name, { at: { line, column }, comment, options });
}

function fullName(scope: string, name: string): string {
  return scope === "" ? name : `${scope}.${name}`;
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

/** The value of an option as it is written. */
export type OptionTextValue = Position &
  (
    | { readonly kind: "word" | "string"; readonly text: string }
    | { readonly kind: "message"; readonly fields: readonly FieldText[] }
    | { readonly kind: "list"; readonly items: readonly OptionTextValue[] }
  );

/** One field of a message that is the value of an option. */
export interface FieldText {
  readonly name: string;
  readonly at: Position;
  readonly value: OptionTextValue;
}

/** An option as it is written: `(shop.v1.mark).color = RED`. */
export interface OptionText {
  /** The parts of its name: of an extension `"(shop.v1.mark)"`. */
  readonly name: readonly string[];
  readonly at: Position;
  readonly value: OptionTextValue;
}

/** Reads an option, up to what follows its value; where it stands, if not where its name does. */
function readOption(reader: TokenReader, { line, column }: Position = reader.peek()): OptionText {
  const name: string[] = [];
  while (!reader.done && !reader.take("=")) {
    const { text } = reader.next();
    if (text !== "(") {
      name.push(...text.split(".").filter((part) => part !== ""));
      continue;
    }
    name.push(`(${reader.next().text})`);
    reader.take(")");
  }
  return { name, at: { line, column }, value: readValue(reader) };
}

/** Reads options in brackets, if there are any. */
function readOptions(reader: TokenReader): OptionText[] {
  const options: OptionText[] = [];
  if (!reader.take("[")) return options;
  while (!reader.done && !reader.take("]")) {
    options.push(readOption(reader));
    reader.take(",");
  }
  return options;
}

function readValue(reader: TokenReader): OptionTextValue {
  const { kind, text, line, column } = reader.next();
  const at = { line, column };
  if (kind === "string") {
    let whole = text;
    while (reader.peek().kind === "string") whole += reader.next().text;
    return { kind, text: whole, ...at };
  }
  if (text === "{") return { kind: "message", fields: readFields(reader), ...at };
  if (text === "[") {
    const items: OptionTextValue[] = [];
    while (!reader.done && !reader.take("]")) {
      items.push(readValue(reader));
      reader.take(",");
    }
    return { kind: "list", items, ...at };
  }
  return { kind: "word", text: text === "-" ? `-${reader.next().text}` : text, ...at };
}

function readFields(reader: TokenReader): FieldText[] {
  const fields: FieldText[] = [];
  while (!reader.done && !reader.take("}")) {
    const { text: name, line, column } = reader.next();
    reader.take(":");
    fields.push({ name, at: { line, column }, value: readValue(reader) });
    if (!reader.take(",")) reader.take(";");
  }
  return fields;
}

import { type Position, type Token, TokenReader, tokenize } from "./tokens.js";

/** A proto file. */
export interface ProtoFile {
  /** The path by which other protos import it. */
  readonly name: string;
  readonly text: ProtoText;
}

/** An enum, an enum value or a method in the text of a proto. */
export interface ElementText {
  readonly at: Position;
  /** The comment above the element; `""` if it has none. */
  readonly comment: string;
  readonly options: readonly OptionText[];
}

/** An enum in the text of a proto. */
interface EnumText extends ElementText {
  /** The enum's values, by their names. */
  readonly values: ReadonlyMap<string, ElementText>;
}

/** The parts of a proto's text that protobufjs does not keep. */
export interface ProtoText {
  /** `"proto2"`, `"proto3"` or an edition: `"2023"`. */
  readonly syntax: string;
  readonly packageName: string;
  /** The enums, by their full names. */
  readonly enums: ReadonlyMap<string, EnumText>;
  /** The methods, by their full names: `"shop.v1.Orders.GetOrder"`. */
  readonly methods: ReadonlyMap<string, ElementText>;
  /** The full names of all messages, enums, services and extensions that the file declares. */
  readonly names: ReadonlySet<string>;
}

/** Reads the text of a proto that protobufjs has parsed without an error. */
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

/** Reads a definition and the definitions in it. It skips all other statements. */
function readDefinition(reader: TokenReader, scope: string, found: Found): void {
  const start = reader.peek();
  const name = fullName(scope, reader.peek(1).text);
  // A field may have a keyword as its name, but it never has a block.
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

function readMessage(reader: TokenReader, name: string, found: Found): void {
  found.names.add(name);
  reader.take("{");
  while (!reader.done && !reader.take("}")) readDefinition(reader, name, found);
}

/** Reads a field or another statement. An extension has a name of its own, and a group is a message. */
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

/** Reads a method. It skips all other statements of a service. */
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

/** The value of an option in the text of a proto. */
export type OptionTextValue = Position &
  (
    | { readonly kind: "word" | "string"; readonly text: string }
    | { readonly kind: "message"; readonly fields: readonly FieldText[] }
    | { readonly kind: "list"; readonly items: readonly OptionTextValue[] }
  );

/** A field of an option's value. */
export interface FieldText {
  readonly name: string;
  readonly at: Position;
  readonly value: OptionTextValue;
}

/** An option in the text of a proto: `(shop.v1.mark).color = RED`. */
export interface OptionText {
  /** The parts of its name: `["(shop.v1.mark)", "color"]`. */
  readonly name: readonly string[];
  readonly at: Position;
  readonly value: OptionTextValue;
}

/**
 * Reads the name and the value of an option.
 *
 * @param position the position of the option. By default, the position of its name.
 */
function readOption(reader: TokenReader, position: Position = reader.peek()): OptionText {
  const { line, column } = position;
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

/** Reads options in brackets. Returns `[]` if no bracket comes next. */
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

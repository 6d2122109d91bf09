import type { TokenReader } from "./token-reader.js";
import type { Position } from "./tokens.js";

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
export function readOption(reader: TokenReader, { line, column }: Position = reader.peek()): OptionText {
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
export function readOptions(reader: TokenReader): OptionText[] {
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

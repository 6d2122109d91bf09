import type {
  ListedEnum,
  ListedError,
  ListedField,
  ListedMessage,
  ListedMethod,
  Listing,
  Location,
} from "../../reference/listing.js";
import { type Paint, padEnd, padStart, widthOf, wrap } from "./terminal.js";

/** A listing for people: one line of columns for each error, and labeled lines below it. */
export function tableOf({ enums, methods, messages }: Listing, width: number, paint: Paint): string {
  const page = new Page(width, paint);
  for (const listed of enums) page.enum(listed);
  if (methods.length > 0) page.methods(methods);
  if (messages.length > 0) page.messages(messages);
  return page.text;
}

/** The width of the labels below an error, and below an enum. */
const LABEL = 9;
const ENUM_LABEL = 12;

/** The widths of the columns in the first line of an error. */
interface Columns {
  readonly number: number;
  readonly reason: number;
  readonly code: number;
}

class Page {
  readonly #width: number;
  readonly #paint: Paint;
  readonly #lines: string[] = [];

  constructor(width: number, paint: Paint) {
    this.#width = width;
    this.#paint = paint;
  }

  get text(): string {
    return this.#lines.map((line) => `${line.trimEnd()}\n`).join("");
  }

  enum(listed: ListedEnum): void {
    const { name, domain, baseClass, clientErrors, numericCodes, categories, documentation, deprecated } = listed;
    if (this.#lines.length > 0) this.#lines.push("", "");
    this.#title(deprecated ? `${name} (deprecated)` : name);
    for (const text of paragraphs(documentation)) this.#lines.push(...wrap(text, this.#width), "");
    this.#text("domain", domain, 0, ENUM_LABEL);
    this.#text("base class", baseClass, 0, ENUM_LABEL);
    this.#text("client", clientErrors && Object.values(clientErrors).join(", "), 0, ENUM_LABEL);
    this.#text("numbers", numericCodes ? "go over the wire" : "stay in the proto", 0, ENUM_LABEL);
    const ranges = categories.map(({ name, first, last }) => `${name}: ${first} to ${last}`);
    this.#list("categories", ranges, 0, ENUM_LABEL);
    this.#text("at", locationText(listed), 0, ENUM_LABEL);
    const columns = this.#columnsOf(listed);
    this.#lines.push("", this.#paint("dim", row(columns, ["NO", "REASON", "CODE", "HTTP"])));
    for (const error of listed.errors) this.#error(error, columns);
  }

  methods(methods: readonly ListedMethod[]): void {
    if (this.#lines.length > 0) this.#lines.push("", "");
    this.#title("Errors that methods may return");
    for (const method of methods) {
      this.#lines.push("", ...wrap(method.name, this.#width).map((line) => this.#paint("bold", line)));
      this.#list(
        "errors",
        method.errors.map((error) => `${error.reason} (${error.number}) of ${error.enum}`),
        2,
      );
      this.#text("at", locationText(method), 2);
    }
  }

  messages(messages: readonly ListedMessage[]): void {
    this.#lines.push("", "");
    this.#title("Messages inside details");
    for (const { type, documentation, fields } of messages) {
      this.#lines.push("", ...wrap(type, this.#width).map((line) => this.#paint("bold", line)));
      this.#lines.push(...this.#prose(documentation, 2));
      this.#list("", fields.map(fieldText), 2, 0);
    }
  }

  #prose(comment: string, indent: number): string[] {
    const lines = paragraphs(comment).flatMap((text) => wrap(text, this.#width - indent));
    return lines.map((line) => " ".repeat(indent) + line);
  }

  #title(text: string): void {
    this.#lines.push(...wrap(text, this.#width).map((line) => this.#paint("bold", line)));
  }

  #error(error: ListedError, columns: Columns): void {
    const { number, reason, code, httpStatus, documentation, detail, message, displayName, className, name } = error;
    const [first = "", ...rest] = wrap(reason, columns.reason);
    const codeText = `${code.name} (${code.number})`;
    const indent = columns.number + 2;
    this.#lines.push("", row(columns, [String(number), first, codeText, String(httpStatus)], this.#paint));
    for (const line of rest) this.#lines.push(" ".repeat(indent) + this.#paint("bold", line));
    this.#lines.push(...this.#prose(documentation.summary, indent));
    this.#lines.push(...this.#prose(documentation.remarks ?? "", indent));
    this.#list(
      "causes",
      documentation.causes.map((cause) => `- ${cause}`),
      indent,
    );
    this.#text("action", documentation.clientAction, indent);
    this.#text("recovery", recoveryFacts(error), indent);
    this.#text("facts", factsText(error), indent);
    this.#text("message", message, indent);
    this.#text("detail", detail?.type, indent);
    this.#list("", (detail?.fields ?? []).map(fieldText), indent);
    this.#text("names", `${displayName}, ${className}, ${name}`, indent);
    this.#text("help", error.helpUrl, indent);
    this.#text("at", locationText(error), indent);
  }

  /** A text after a label. Prints nothing without a text. */
  #text(label: string, text: string | undefined, indent = 0, labelWidth = LABEL): void {
    if (text) this.#labeled(label, wrap(text, this.#width - indent - labelWidth), indent, labelWidth);
  }

  /** Items after a label, each on lines of its own. */
  #list(label: string, items: readonly string[], indent = 0, labelWidth = LABEL): void {
    const room = this.#width - indent - labelWidth;
    this.#labeled(
      label,
      items.flatMap((item) => wrap(item, room, 2)),
      indent,
      labelWidth,
    );
  }

  #labeled(label: string, lines: readonly string[], indent: number, labelWidth: number): void {
    for (const [index, line] of lines.entries()) {
      const head = this.#paint("cyan", padEnd(index === 0 ? label : "", labelWidth));
      this.#lines.push(" ".repeat(indent) + head + line);
    }
  }

  #columnsOf({ errors }: ListedEnum): Columns {
    const widest = (texts: readonly string[]) => Math.max(...texts.map(widthOf));
    const number = widest(["NO", ...errors.map(({ number }) => String(number))]);
    const code = widest(["CODE", ...errors.map(({ code }) => `${code.name} (${code.number})`)]);
    const reason = widest(["REASON", ...errors.map(({ reason }) => reason)]);
    return { number, code, reason: Math.min(reason, this.#width - number - code - "      HTTP".length) };
  }
}

function row(
  columns: Columns,
  [number, reason, code, http]: readonly [string, string, string, string],
  paint: Paint = (_style, text) => text,
): string {
  const cells = [
    padStart(number, columns.number),
    paint("bold", padEnd(reason, columns.reason)),
    padEnd(code, columns.code),
    http,
  ];
  return cells.join("  ");
}

function recoveryFacts({ recovery, redirectTo, retryDelay }: ListedError): string {
  const server = redirectTo === undefined ? undefined : `to ${redirectTo}`;
  const delay = retryDelay === undefined ? undefined : `after ${retryDelay} ms`;
  return [recovery, server, delay].filter((text) => text !== undefined).join(" ");
}

function factsText({ outcome, fault, origin, category, since, labels, deprecated }: ListedError): string {
  const facts = [
    outcome && `outcome ${outcome}`,
    `fault ${fault}`,
    `origin ${origin}`,
    category && `category ${category.name}`,
    since && `since ${since}`,
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    deprecated && "deprecated",
  ];
  return facts.filter((fact) => typeof fact === "string").join(", ");
}

/** The declaration of a field, and the first paragraph of its comment. */
export function fieldText({ name, type, label, oneof, deprecated, documentation }: ListedField): string {
  const [summary] = paragraphs(documentation);
  const words = [
    label === "singular" || label === "map" ? "" : `${label} `,
    type,
    oneof === undefined ? "" : ` (one of ${oneof})`,
    deprecated ? " (deprecated)" : "",
    summary === undefined ? "" : ` - ${summary}`,
  ];
  return `${name}: ${words.join("")}`;
}

function locationText({ file, line }: Location): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** The paragraphs of a comment. Each item of a list is a paragraph. */
export function paragraphs(comment: string): string[] {
  const found: string[] = [];
  let isOpen = false;
  for (const line of comment.split("\n")) {
    if (isOpen && line !== "" && !/^\s*[-*] |^ {4}/.test(line)) found.push(`${found.pop()} ${line.trim()}`);
    else if (line !== "") found.push(line.trim());
    isOpen = line !== "";
  }
  return found;
}

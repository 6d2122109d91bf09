import { Code, codeNamed } from "../code.js";
import { type DecodedText, readingsOf } from "./encodings.js";
import type { FoundError } from "./found-error.js";
import { isStatus, mayBeStatus } from "./plausible.js";

/** Something in a text that belongs to an error. */
export type Mark =
  | { readonly kind: "field"; readonly name: string; readonly value: string }
  | { readonly kind: "grpcurl"; readonly code: number; readonly message: string }
  | { readonly kind: "error"; readonly error: FoundError };

/** A mark with its place in a text. No other mark begins before `end`. */
export type Marked = Mark & { readonly at: number; readonly end: number };

/** Finds everything in a text that belongs to an error, except JSON. In order, none of them inside another. */
export function marksIn(text: string): Marked[] {
  const all = [...fieldsIn(text), ...grpcurlIn(text), ...sentencesIn(text), ...statusesIn(text)];
  let end = 0;
  return all
    .sort((a, b) => a.at - b.at)
    .filter((mark) => {
      if (mark.at < end) return false;
      end = mark.end;
      return true;
    });
}

const FIELD = /\bgrpc-(?:status-details-bin|status|message)\b/gi;

/** What stands between the name of a field and its value, in headers, JSON, JavaScript, Python and tables. */
const BETWEEN = /(?:\\?["'`]|[ \t:=>,|\])]|[[(]\s{0,200}|value(?==)){0,40}/y;

function* fieldsIn(text: string): Iterable<Marked> {
  for (const { 0: name, index } of text.matchAll(FIELD)) {
    BETWEEN.lastIndex = index + name.length;
    const between = BETWEEN.exec(text)?.[0] ?? "";
    const start = index + name.length + between.length;
    const value = between === "" ? undefined : valueAt(text, start, name.toLowerCase(), /["'`]$/.exec(between)?.[0]);
    if (value === undefined) continue;
    yield { kind: "field", name: name.toLowerCase(), value, at: index, end: start + value.length };
  }
}

function valueAt(text: string, start: number, name: string, quote: string | undefined): string | undefined {
  const quoted = quote === undefined ? undefined : QUOTED[quote];
  if (name === "grpc-status") return matchAt(/\d{1,10}/y, text, start);
  if (name === "grpc-message") return matchAt(quoted ?? /[^\n\r]*/y, text, start);
  // A text in quotes may hold escaped bytes. Without quotes, white space ends the value.
  return matchAt(BYTES_LITERAL, text, start) ?? matchAt(quoted ?? UNQUOTED, text, start);
}

function matchAt(sticky: RegExp, text: string, start: number): string | undefined {
  sticky.lastIndex = start;
  return sticky.exec(text)?.[0];
}

/** Bytes as Node, Python and JSON show them. */
const BYTES_LITERAL =
  /<Buffer[^<>\n]*>|b"(?:\\.|[^"\\\n])*"|b'(?:\\.|[^'\\\n])*'|\d{1,3}(?:\s{0,20},\s{0,20}\d{1,3})+/y;

/** A value up to white space, and further values that HTTP joined with `, `: a status in base64 begins with CA or CB. */
const UNQUOTED = /[^\s"'`;)\]}]+(?:(?<=,)[ \t]C[AB][A-Za-z0-9+/_=-]+,?)*/y;

const QUOTED: Readonly<Record<string, RegExp>> = {
  '"': /(?:\\[^"]|[^"\\\n])*/y,
  "'": /(?:\\[^']|[^'\\\n])*/y,
  "`": /(?:\\[^`]|[^`\\\n])*/y,
};

const GRPCURL = /\bERROR:[ \t]*\r?\n[ \t]*Code:[ \t]*([\w()]+)[ \t]*\r?\n[ \t]*Message:[ \t]?([^\r\n]*)/g;

function* grpcurlIn(text: string): Iterable<Marked> {
  for (const { 0: all, 1: name = "", 2: message = "", index } of text.matchAll(GRPCURL)) {
    const code = codeWritten(name);
    if (code !== undefined) yield { kind: "grpcurl", code, message, at: index, end: index + all.length };
  }
}

/** How libraries write an error without its details. */
const SENTENCES: readonly RegExp[] = [
  // Go
  /\brpc error: code = ([\w()]+) desc = ([^\r\n]*)/g,
  // grpc-js
  /(?<![\w.])\d{1,2} ([A-Z]+(?:_[A-Z]+)*): ([^\r\n]*)/g,
  // Python
  /\bStatusCode\.([A-Z_]+)\s{1,20}details = "((?:\\.|[^"\\\n])*)"/g,
  // Java
  /\bStatus(?:Runtime)?Exception: ([A-Z_]+)(?:: ([^\r\n]*))?/g,
  // .NET
  /\bStatus\(StatusCode="(\w+)", Detail="((?:\\.|[^"\\\n])*)"/g,
];

function* sentencesIn(text: string): Iterable<Marked> {
  for (const pattern of SENTENCES) {
    for (const { 1: name = "", 2: message = "", index } of text.matchAll(pattern)) {
      const code = codeWritten(name);
      if (code === undefined || code === 0) continue;
      // Details may follow on the same line.
      yield { kind: "error", error: { form: "text", at: index, code, message }, at: index, end: index + 1 };
    }
  }
}

/** Texts of at least nine bytes that may be a status without a name. */
const BYTES = /<Buffer 08 [^<>\n]*>|\bb"(?:\\.|[^"\\\n])+"|\bb'(?:\\.|[^'\\\n])+'|[A-Za-z0-9+/_-]{12,}={0,2}/g;

function* statusesIn(text: string): Iterable<Marked> {
  for (const { 0: token, index } of text.matchAll(BYTES)) {
    const decoded = readingsOf(token).find(({ bytes, damage }) => isStatus(bytes) || (damage && mayBeStatus(bytes)));
    if (!decoded) continue;
    yield {
      kind: "error",
      error: { form: "status", at: index, ...trailerOf(decoded) },
      at: index,
      end: index + token.length,
    };
  }
}

/** The part of an error that its encoded details give. */
export function trailerOf({
  bytes,
  encoding,
  damage,
}: DecodedText): Pick<FoundError, "trailer" | "encoding" | "damage"> {
  return { trailer: bytes, encoding, ...(damage !== undefined && { damage: [damage] }) };
}

/**
 * Returns the errors of a value of `grpc-status-details-bin`: one, or one for each of the values that were joined with
 * commas.
 */
export function trailersOf(
  readings: readonly DecodedText[],
  value: string,
): Pick<FoundError, "trailer" | "encoding" | "damage">[] {
  if (value === "Array") return [{ damage: [NOT_SHOWN] }];
  const isList = readings.length === 0 && /[^,\s]/.test(value) && value.includes(",");
  // In the text of an object, a comma may follow the last value.
  const values = value.split(",").filter((part) => part.trim() !== "");
  const parts = isList ? values.map((part) => readingsOf(part)) : [readings];
  return parts.map((readings) => {
    const best = readings.find(({ bytes }) => isStatus(bytes)) ?? readings.find(({ bytes }) => mayBeStatus(bytes));
    const decoded = best ?? readings.at(-1);
    return decoded ? trailerOf(decoded) : { damage: [NOT_BYTES] };
  });
}

const NOT_SHOWN =
  "Node's console shows [Array] instead of the details; log the error with its toJSON(), or with inspect(error, { depth: 5 })";
const NOT_BYTES = "the value of grpc-status-details-bin is neither base64 nor any other encoding of bytes";

/**
 * Returns the code with a name in any notation: `NOT_FOUND`, `NotFound` as in Go, `not_found` as in Connect. Returns a
 * number for `Code(99)`, as Go writes an unknown code, and `undefined` for any other text.
 */
export function codeWritten(name: string): number | undefined {
  const number = /^(?:Code\()?(\d{1,10})\)?$/.exec(name)?.[1];
  return number === undefined ? BY_LETTERS.get(lettersOf(name)) : Number(number);
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, "");
}

const BY_LETTERS: ReadonlyMap<string, number> = new Map([
  ...Object.keys(Code).map((name) => [lettersOf(name), codeNamed(name) ?? 0] as const),
  ["canceled", Code.CANCELLED],
]);

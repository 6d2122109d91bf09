import { base64Decode } from "@bufbuild/protobuf/wire";
import { utf8Of } from "../platform/bytes.js";

/** How text encodes bytes. */
export type Encoding = "base64" | "base64url" | "hex" | "escapes" | "buffer" | "numbers";

/** Bytes that were written as text. */
export interface DecodedText {
  readonly bytes: Uint8Array;
  readonly encoding: Encoding;
  /** The part of the text that is missing or wrong, in words. */
  readonly damage?: string;
}

/**
 * Returns every reading of a text as bytes, the likelier first. Never throws.
 *
 * - base64 and base64url, with or without padding, in one line or wrapped, also percent-encoded
 * - hex, with or without `0x`, spaces, commas or colons
 * - `\x0a`, `\012` and `\n` as in C, Go and Python, also in `b'…'`
 * - `<Buffer 08 05>`, `{"type":"Buffer","data":[8,5]}` and `[8, 5]`, as Node and JSON show bytes
 */
export function readingsOf(given: string): DecodedText[] {
  const text = unquoted(given.trim());
  const readings = [bufferOf(text), numbersOf(text), escapesOf(text), hexOf(text), base64Of(text)];
  return readings.filter((reading) => reading !== undefined);
}

/** Reads text as hex, whatever it is. Characters that are not hex digits are skipped. */
export function forcedHex(text: string): DecodedText {
  const digits = text.replace(/0x|\\x/gi, "").replace(/[^0-9a-f]/gi, "");
  return { ...hexDigits(digits), encoding: "hex" };
}

/** Reads a value in JSON as bytes: text, a list of numbers, or a `Buffer`. */
export function bytesOfJson(json: unknown): DecodedText[] {
  if (typeof json === "string") return readingsOf(json);
  const list = typeof json === "object" && json !== null && "data" in json ? json.data : json;
  if (!Array.isArray(list) || list.length === 0 || !list.every(isByte)) return [];
  return [{ bytes: Uint8Array.from(list), encoding: list === json ? "numbers" : "buffer" }];
}

function isByte(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 256;
}

/** Removes quotes around a text, and the `b` of Python. */
function unquoted(text: string): string {
  const start = /^b?(["'`])/.exec(text);
  const isQuoted = start !== null && text.length > start[0].length && text.endsWith(start[1] ?? "");
  return isQuoted ? text.slice(start[0].length, -1) : text;
}

function hexOf(text: string): DecodedText | undefined {
  const digits = text.replace(/0x|[\s:,-]/gi, "");
  return /^[0-9a-f]{2,}$/i.test(digits) ? { ...hexDigits(digits), encoding: "hex" } : undefined;
}

function hexDigits(digits: string): Pick<DecodedText, "bytes" | "damage"> {
  const bytes = Uint8Array.from({ length: digits.length >>> 1 }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
  return {
    bytes,
    ...(digits.length % 2 === 1 && { damage: "the number of hex digits is odd; the last one is left out" }),
  };
}

function base64Of(given: string): DecodedText | undefined {
  const text = given
    .replace(/%(2B|2F|3D)/gi, decodeURIComponent)
    .replace(/\s/g, "")
    .replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/_-]{2,}$/.test(text)) return undefined;
  const encoding = /[-_]/.test(text) ? "base64url" : "base64";
  if (text.length % 4 !== 1) return { bytes: base64Decode(text), encoding };
  const damage = `the ${encoding} breaks off in the middle of a byte`;
  return { bytes: base64Decode(text.slice(0, -1)), encoding, damage };
}

function bufferOf(text: string): DecodedText | undefined {
  const [, hex, more] = /^<(?:Slow)?Buffer((?: [0-9a-f]{2})*)(?: \.\.\. (\d+) more bytes?)?>$/i.exec(text) ?? [];
  if (hex === undefined) return undefined;
  const damage = more && `Node's console left out the last ${more} bytes; log the value in base64 instead`;
  return { bytes: hexDigits(hex.replaceAll(" ", "")).bytes, encoding: "buffer", ...(damage && { damage }) };
}

function numbersOf(text: string): DecodedText | undefined {
  const [, list, more] = /^\[([\d\s,]*?)(?:,?\s*\.\.\. (\d+) more items?)?\s*\]$/.exec(text) ?? [];
  const numbers = (list ?? "").split(/[\s,]+/).flatMap((number) => (number === "" ? [] : Number(number)));
  if (numbers.length === 0 || !numbers.every(isByte)) return undefined;
  const damage = more && `Node's console left out the last ${more} bytes; log the value in base64 instead`;
  return { bytes: Uint8Array.from(numbers), encoding: "numbers", ...(damage && { damage }) };
}

const ESCAPE = /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{4})|([0-7]{1,3})|([\s\S]))/gi;

const NAMED: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

function escapesOf(text: string): DecodedText | undefined {
  if (!/\\(?:x[0-9a-f]|[0-7]|u00|[abfnrtv])/i.test(text)) return undefined;
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const match of text.matchAll(ESCAPE)) {
    const [all, hex, unit, octal, other = ""] = match;
    parts.push(utf8Of(text.slice(end, match.index)));
    const code = hex ?? unit;
    const value =
      code !== undefined ? Number.parseInt(code, 16) : octal !== undefined ? Number.parseInt(octal, 8) : NAMED[other];
    if (value === undefined) parts.push(utf8Of(other));
    else parts.push(value < 256 ? Uint8Array.of(value) : utf8Of(String.fromCharCode(value)));
    end = match.index + all.length;
  }
  parts.push(utf8Of(text.slice(end)));
  return { bytes: joined(parts), encoding: "escapes" };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
